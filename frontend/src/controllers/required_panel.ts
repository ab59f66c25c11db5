import { Controller } from "@hotwired/stimulus";

/**
 * The panel 必須情報 (INQ-05): each `item` names with `data-for` the required field it stands for, and is there as long
 * as that field is empty. Without the script the list names all of them.
 */
export default class extends Controller<HTMLFormElement> {
  static targets = ["item", "done"];
  declare readonly itemTargets: HTMLElement[];
  declare readonly doneTarget: HTMLElement;
  declare readonly hasDoneTarget: boolean;

  connect(): void {
    this.element.addEventListener("input", this.look);
    this.element.addEventListener("change", this.look);
    this.look();
  }

  disconnect(): void {
    this.element.removeEventListener("input", this.look);
    this.element.removeEventListener("change", this.look);
  }

  private look = (): void => {
    for (const item of this.itemTargets) item.hidden = this.filled(item.dataset["for"] ?? "");
    if (this.hasDoneTarget) this.doneTarget.hidden = this.itemTargets.some((item) => !item.hidden);
  };

  private filled(name: string): boolean {
    return new FormData(this.element).getAll(name).some((value) => typeof value !== "string" || value.trim() !== "");
  }
}
