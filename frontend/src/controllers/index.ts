import type { ControllerConstructor } from "@hotwired/stimulus";

import Autogrow from "./autogrow";
import Banners from "./banners";
import Bulk from "./bulk";
import Canned from "./canned";
import Copy from "./copy";
import Dialog from "./dialog";
import Dismiss from "./dismiss";
import Draft from "./draft";
import Editor from "./editor";
import Filter from "./filter";
import FollowNumber from "./follow_number";
import Keys from "./keys";
import Link from "./link";
import Live from "./live";
import Mention from "./mention";
import Menu from "./menu";
import Narrow from "./narrow";
import NewPassword from "./new_password";
import Opener from "./opener";
import Overflow from "./overflow";
import Passkey from "./passkey";
import Presence from "./presence";
import Print from "./print";
import ProposeId from "./propose_id";
import Reading from "./reading";
import Redraw from "./redraw";
import RequiredPanel from "./required_panel";
import Resend from "./resend";
import Reveal from "./reveal";
import RowLink from "./row_link";
import SaveKey from "./save_key";
import ShownIf from "./shown_if";
import StateMessage from "./state_message";
import SubmitOnce from "./submit_once";
import Suggest from "./suggest";
import TakeBack from "./take_back";
import Tabs from "./tabs";
import Upload from "./upload";
import Uploader from "./uploader";

/** The names that templates use in `data-controller`. */
export const controllers: Record<string, ControllerConstructor> = {
  autogrow: Autogrow,
  banners: Banners,
  bulk: Bulk,
  canned: Canned,
  copy: Copy,
  dialog: Dialog,
  dismiss: Dismiss,
  draft: Draft,
  editor: Editor,
  filter: Filter,
  "follow-number": FollowNumber,
  keys: Keys,
  link: Link,
  live: Live,
  mention: Mention,
  menu: Menu,
  narrow: Narrow,
  "new-password": NewPassword,
  opener: Opener,
  overflow: Overflow,
  passkey: Passkey,
  presence: Presence,
  print: Print,
  "propose-id": ProposeId,
  reading: Reading,
  redraw: Redraw,
  "required-panel": RequiredPanel,
  resend: Resend,
  reveal: Reveal,
  "row-link": RowLink,
  "save-key": SaveKey,
  "shown-if": ShownIf,
  "state-message": StateMessage,
  "submit-once": SubmitOnce,
  suggest: Suggest,
  tabs: Tabs,
  "take-back": TakeBack,
  upload: Upload,
  uploader: Uploader,
};
