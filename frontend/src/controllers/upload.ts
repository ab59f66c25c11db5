import { Controller } from "@hotwired/stimulus";

/**
 * One button for a file: it asks for the file, and what was chosen is sent at once. A file of too many bytes is refused
 * here, before it travels; the server refuses it as well. Without script the form has a field and a button.
 */
export default class extends Controller<HTMLFormElement> {
  static targets = ["file", "problem"];
  static values = { most: Number, large: String };
  declare readonly fileTarget: HTMLInputElement;
  declare readonly problemTarget: HTMLElement;
  declare readonly mostValue: number;
  declare readonly largeValue: string;

  connect(): void {
    this.fileTarget.hidden = true;
    for (const label of this.fileTarget.labels ?? []) label.hidden = true;
  }

  choose(event: Event): void {
    if (this.fileTarget.files?.length) return;
    event.preventDefault();
    this.fileTarget.click();
  }

  chosen(): void {
    const file = this.fileTarget.files?.[0];
    const isLarge = file !== undefined && file.size > this.mostValue;
    this.problemTarget.hidden = !isLarge;
    this.problemTarget.textContent = isLarge ? this.largeValue : "";
    if (isLarge) this.fileTarget.value = "";
    else if (file) this.element.requestSubmit();
  }
}
