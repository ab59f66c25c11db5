import { Controller } from "@hotwired/stimulus";

import { insertText } from "../insert";

interface Filled {
  text: string;
  missing: string;
}

/**
 * Shows a canned answer as the customer would read it, and puts it in at the cursor. Without script, or before the answer has
 * come, the button asks the server for the page with the answer in it; nothing is sent either way.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["choice", "preview", "text", "missing"];
  static values = { url: String };

  declare readonly choiceTarget: HTMLSelectElement;
  declare readonly previewTarget: HTMLElement;
  declare readonly textTarget: HTMLElement;
  declare readonly missingTarget: HTMLElement;
  declare readonly urlValue: string;

  private filled: Filled | null = null;

  async show(): Promise<void> {
    const chosen = this.choiceTarget.value;
    this.filled = null;
    this.previewTarget.hidden = true;
    if (!chosen) return;
    const answer = await fetch(`${this.urlValue}/${chosen}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || this.choiceTarget.value !== chosen) return;
    this.filled = (await answer.json()) as Filled;
    this.textTarget.textContent = this.filled.text;
    this.missingTarget.textContent = this.filled.missing;
    this.previewTarget.hidden = false;
  }

  insert(event: Event): void {
    const field = this.element.closest("form")?.querySelector<HTMLTextAreaElement>('textarea[name$="body"]');
    if (!this.filled || !field) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    insertText(field, this.filled.text);
  }
}
