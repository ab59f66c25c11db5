import type { ControllerConstructor } from "@hotwired/stimulus";

import Autogrow from "./autogrow";
import Dialog from "./dialog";
import Dismiss from "./dismiss";
import FollowNumber from "./follow_number";
import Keys from "./keys";
import Menu from "./menu";
import Overflow from "./overflow";
import RequiredPanel from "./required_panel";
import Resend from "./resend";
import RowLink from "./row_link";
import SubmitOnce from "./submit_once";
import Tabs from "./tabs";

/** The names that templates use in `data-controller`. */
export const controllers: Record<string, ControllerConstructor> = {
  autogrow: Autogrow,
  dialog: Dialog,
  dismiss: Dismiss,
  "follow-number": FollowNumber,
  keys: Keys,
  menu: Menu,
  overflow: Overflow,
  "required-panel": RequiredPanel,
  resend: Resend,
  "row-link": RowLink,
  "submit-once": SubmitOnce,
  tabs: Tabs,
};
