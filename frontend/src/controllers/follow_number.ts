import { Controller } from "@hotwired/stimulus";

/**
 * Contract holder and service name follow the customer number that is chosen (INQ-02): every option carries them as
 * data, and every `shown` target says with `data-from` which of them it shows. A `part` belongs to the number that it names
 * with `data-number`, and is there unless another one is chosen.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["number", "shown", "part"];
  declare readonly numberTarget: HTMLSelectElement;
  declare readonly shownTargets: HTMLElement[];
  declare readonly partTargets: HTMLElement[];

  connect(): void {
    this.numberTarget.addEventListener("change", this.follow);
    this.follow();
  }

  disconnect(): void {
    this.numberTarget.removeEventListener("change", this.follow);
  }

  private follow = (): void => {
    const chosen = this.numberTarget.options[this.numberTarget.selectedIndex];
    for (const shown of this.shownTargets) {
      shown.textContent = chosen?.dataset[shown.dataset["from"] ?? ""] ?? "";
    }
    for (const part of this.partTargets) {
      part.hidden = Boolean(chosen?.value) && part.dataset["number"] !== chosen?.value;
    }
  };
}
