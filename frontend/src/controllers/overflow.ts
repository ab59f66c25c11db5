import { Controller } from "@hotwired/stimulus";

/** Entries of the header that find no room go under "…" (UI-03), last first; with room they come back. */
export default class extends Controller<HTMLElement> {
  static targets = ["list", "more", "rest"];
  declare readonly listTarget: HTMLElement;
  declare readonly moreTarget: HTMLElement;
  declare readonly restTarget: HTMLElement;
  private watch?: ResizeObserver;

  connect(): void {
    this.element.dataset["overflowReady"] = "";
    this.watch = new ResizeObserver(() => this.arrange());
    this.watch.observe(this.element);
    this.arrange();
  }

  disconnect(): void {
    this.watch?.disconnect();
    this.bringBack();
  }

  private arrange(): void {
    this.bringBack();
    // Below the breakpoint the navigation is a sheet, where everything has room.
    if (getComputedStyle(this.element).position !== "static") return;
    while (this.crowded && this.listTarget.lastElementChild) {
      this.moreTarget.hidden = false;
      this.restTarget.prepend(this.listTarget.lastElementChild);
    }
  }

  private bringBack(): void {
    this.listTarget.append(...this.restTarget.children);
    this.moreTarget.hidden = true;
  }

  private get crowded(): boolean {
    return this.element.scrollWidth > this.element.clientWidth;
  }
}
