import { Controller } from "@hotwired/stimulus";

/** A click anywhere on a row opens what its first link opens; the link itself stays what the keyboard reaches. */
export default class extends Controller<HTMLElement> {
  connect(): void {
    this.element.addEventListener("click", this.open);
  }

  disconnect(): void {
    this.element.removeEventListener("click", this.open);
  }

  private open = (event: MouseEvent): void => {
    const target = event.target as Element;
    if (target.closest("a, button, input, select, label, summary")) return;
    // Whoever marks text in a row wants to copy it.
    if (getSelection()?.toString()) return;
    const link = target.closest("tr[data-href]")?.querySelector<HTMLAnchorElement>("a[href]");
    if (!link) return;
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  };
}
