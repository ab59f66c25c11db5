import { Controller } from "@hotwired/stimulus";

/**
 * Rows ticked for an act on many cases: the box for the whole page ticks every row, and a count says how many there are.
 * Without it the boxes work all the same; the server knows what the page showed.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["all", "row", "count"];
  static values = { words: String };
  declare readonly allTarget: HTMLInputElement;
  declare readonly hasAllTarget: boolean;
  declare readonly rowTargets: HTMLInputElement[];
  declare readonly countTarget: HTMLElement;
  declare readonly hasCountTarget: boolean;
  declare readonly wordsValue: string;

  // A page that the browser brings back has its boxes ticked as they were left.
  connect(): void {
    this.show();
  }

  all(): void {
    for (const box of this.rowTargets) box.checked = this.allTarget.checked;
    this.show();
  }

  row(): void {
    this.show();
  }

  private show(): void {
    if (!this.hasAllTarget || !this.hasCountTarget) return;
    const ticked = this.rowTargets.filter((box) => box.checked).length;
    this.allTarget.checked = ticked > 0 && ticked === this.rowTargets.length;
    this.allTarget.indeterminate = ticked > 0 && !this.allTarget.checked;
    this.countTarget.hidden = ticked === 0;
    this.countTarget.textContent = this.wordsValue.replace("{n}", String(ticked));
  }
}
