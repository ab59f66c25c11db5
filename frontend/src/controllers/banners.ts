import { Controller } from "@hotwired/stimulus";

/**
 * Banners that are put away one by one. The focus goes with the × that was pressed, so it moves to the banner that
 * comes up in its place, or to the page's heading after the last one, and what has gone is said to screen readers.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["banner", "told"];
  declare readonly bannerTargets: HTMLElement[];
  declare readonly toldTarget: HTMLElement;

  private shown: HTMLElement[] = [];

  bannerTargetConnected(): void {
    this.shown = this.bannerTargets;
  }

  bannerTargetDisconnected(banner: HTMLElement): void {
    if (!this.element.isConnected) return;
    const place = this.shown.indexOf(banner);
    this.shown = this.bannerTargets;
    this.toldTarget.textContent = banner.dataset["told"] ?? "";
    // Whoever has gone elsewhere meanwhile stays there.
    if (!document.activeElement || document.activeElement === document.body) this.focusAt(place);
  }

  private focusAt(place: number): void {
    const next = this.shown[Math.min(place, this.shown.length - 1)]?.querySelector("button");
    const heading = document.querySelector<HTMLElement>("main h1");
    if (heading && !next) heading.tabIndex = -1;
    (next ?? heading)?.focus();
  }
}
