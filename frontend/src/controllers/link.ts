import { Controller } from "@hotwired/stimulus";

import { insertLink } from "../insert";

/**
 * Offers to put links to articles that a search beside a form has found into the form's text, at the cursor. Without
 * script the addresses stand there to be copied.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["insert"];
  static values = { field: String };

  declare readonly fieldValue: string;

  /** A result that has come in can be put in. */
  insertTargetConnected(button: HTMLButtonElement): void {
    button.hidden = !this.field;
  }

  insert(event: Event): void {
    const { title, href } = (event.currentTarget as HTMLElement).dataset;
    if (!this.field || !title || !href) return;
    insertLink(this.field, title, href);
  }

  private get field(): HTMLTextAreaElement | null {
    const found = this.fieldValue ? document.getElementById(this.fieldValue) : null;
    return found instanceof HTMLTextAreaElement ? found : null;
  }
}
