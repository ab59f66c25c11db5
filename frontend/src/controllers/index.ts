import type { ControllerConstructor } from "@hotwired/stimulus";

import Autogrow from "./autogrow";
import Dialog from "./dialog";
import Dismiss from "./dismiss";
import FollowNumber from "./follow_number";
import Keys from "./keys";
import Menu from "./menu";
import NewPassword from "./new_password";
import Overflow from "./overflow";
import Passkey from "./passkey";
import Print from "./print";
import RequiredPanel from "./required_panel";
import ProposeId from "./propose_id";
import Resend from "./resend";
import Reveal from "./reveal";
import RowLink from "./row_link";
import SubmitOnce from "./submit_once";
import SaveKey from "./save_key";
import Tabs from "./tabs";

/** The names that templates use in `data-controller`. */
export const controllers: Record<string, ControllerConstructor> = {
  autogrow: Autogrow,
  dialog: Dialog,
  dismiss: Dismiss,
  "follow-number": FollowNumber,
  keys: Keys,
  menu: Menu,
  "new-password": NewPassword,
  overflow: Overflow,
  passkey: Passkey,
  print: Print,
  "required-panel": RequiredPanel,
  resend: Resend,
  reveal: Reveal,
  "propose-id": ProposeId,
  "row-link": RowLink,
  "submit-once": SubmitOnce,
  tabs: Tabs,
};
  "save-key": SaveKey,
