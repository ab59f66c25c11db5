import { Controller } from "@hotwired/stimulus";

/**
 * Links to the parts of a page become tabs. Without the script they stay links and all parts are readable, so the roles
 * are given here and not in the markup.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["list", "tab", "panel"];
  declare readonly listTarget: HTMLElement;
  declare readonly tabTargets: HTMLAnchorElement[];
  declare readonly panelTargets: HTMLElement[];

  connect(): void {
    this.listTarget.setAttribute("role", "tablist");
    for (const tab of this.tabTargets) {
      const panel = this.panelOf(tab);
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel?.id ?? "");
      panel?.setAttribute("role", "tabpanel");
      panel?.setAttribute("aria-labelledby", tab.id);
    }
    this.element.dataset["tabsReady"] = "";
    this.show(this.tabTargets.find((tab) => tab.hash === location.hash) ?? this.tabTargets[0]);
  }

  choose(event: Event): void {
    event.preventDefault();
    this.show(event.currentTarget as HTMLAnchorElement);
  }

  step(event: KeyboardEvent): void {
    const tabs = this.tabTargets;
    const here = tabs.indexOf(event.currentTarget as HTMLAnchorElement);
    const next = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = tabs[(next + tabs.length) % tabs.length];
    this.show(tab);
    tab?.focus();
  }

  private show(chosen?: HTMLAnchorElement): void {
    for (const tab of this.tabTargets) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      const panel = this.panelOf(tab);
      // Not `hidden`: on paper all parts are shown (styles/_print.scss).
      panel?.toggleAttribute("data-closed", tab !== chosen);
    }
  }

  private panelOf(tab: HTMLAnchorElement): HTMLElement | undefined {
    return this.panelTargets.find((panel) => `#${panel.id}` === tab.hash);
  }
}
