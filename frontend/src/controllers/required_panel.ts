import { Controller } from "@hotwired/stimulus";

const EVENTS = ["input", "change", "shown-if:changed"];

/**
 * The panel 必須情報 (INQ-05): each `item` names with `data-for` the required field it stands for, and is there as long
 * as that field is empty. A field that is not there for what was chosen (`shown-if`) is not asked for. Without the script
 * the list names what was missing when the page was made; the others have a place that gets its link here.
 */
export default class extends Controller<HTMLFormElement> {
  static targets = ["item", "done"];
  declare readonly itemTargets: HTMLElement[];
  declare readonly doneTarget: HTMLElement;
  declare readonly hasDoneTarget: boolean;

  itemTargetConnected(item: HTMLElement): void {
    if (item.querySelector("a")) return;
    const link = document.createElement("a");
    link.href = `#${item.dataset["field"] ?? ""}`;
    link.textContent = item.dataset["name"] ?? "";
    item.append(link);
  }

  connect(): void {
    for (const event of EVENTS) this.element.addEventListener(event, this.look);
    this.look();
  }

  disconnect(): void {
    for (const event of EVENTS) this.element.removeEventListener(event, this.look);
  }

  private look = (): void => {
    for (const item of this.itemTargets) item.hidden = this.isAway(item) || this.filled(item.dataset["for"] ?? "");
    if (this.hasDoneTarget) this.doneTarget.hidden = this.itemTargets.some((item) => !item.hidden);
  };

  private isAway(item: HTMLElement): boolean {
    const id = item.querySelector("a")?.hash.slice(1) ?? "";
    return document.getElementById(id)?.closest("fieldset[disabled]") != null;
  }

  private filled(name: string): boolean {
    return new FormData(this.element).getAll(name).some((value) => typeof value !== "string" || value.trim() !== "");
  }
}
