import { Controller } from "@hotwired/stimulus";

/** A menu is a <details>, which opens and closes without script; this closes it on Esc, outside, and when focus leaves. */
export default class extends Controller<HTMLDetailsElement> {
  connect(): void {
    document.addEventListener("click", this.outside);
    this.element.addEventListener("keydown", this.escape);
    this.element.addEventListener("focusout", this.left);
  }

  disconnect(): void {
    document.removeEventListener("click", this.outside);
    this.element.removeEventListener("keydown", this.escape);
    this.element.removeEventListener("focusout", this.left);
  }

  private outside = (event: Event): void => {
    if (!this.element.contains(event.target as Node)) this.element.open = false;
  };

  private escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.element.open) return;
    event.stopPropagation();
    this.element.open = false;
    this.element.querySelector("summary")?.focus();
  };

  // A click on the page itself moves focus nowhere, and is the business of `outside`.
  private left = (event: FocusEvent): void => {
    if (event.relatedTarget && !this.element.contains(event.relatedTarget as Node)) this.element.open = false;
  };
}
