import { Controller } from "@hotwired/stimulus";

/** Copies a text of the page and says so; where the browser may not, it selects the text for the reader to copy. */
export default class extends Controller<HTMLElement> {
  static targets = ["text", "button", "done"];
  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly buttonTarget: HTMLButtonElement;
  declare readonly doneTarget: HTMLElement;

  connect(): void {
    this.buttonTarget.hidden = false;
  }

  async copy(): Promise<void> {
    this.doneTarget.textContent = "";
    try {
      await navigator.clipboard.writeText(this.textTarget.value);
      this.doneTarget.textContent = this.doneTarget.dataset["said"] ?? "";
    } catch {
      this.textTarget.focus();
      this.textTarget.select();
    }
  }
}
