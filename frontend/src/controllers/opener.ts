import { Controller } from "@hotwired/stimulus";

/**
 * A link to a page with a form opens the same form as a dialog, where the page holds one. Whoever wants the page in a tab
 * of its own gets it, and so does a browser without script.
 */
export default class extends Controller<HTMLAnchorElement> {
  static values = { dialog: String };
  declare readonly dialogValue: string;

  open(event: MouseEvent): void {
    const dialog = document.getElementById(this.dialogValue);
    if (!(dialog instanceof HTMLDialogElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  }
}
