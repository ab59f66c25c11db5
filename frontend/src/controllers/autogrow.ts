import { Controller } from "@hotwired/stimulus";

/** A text area that grows with its text, where the browser's own `field-sizing` is missing. */
export default class extends Controller<HTMLTextAreaElement> {
  connect(): void {
    if (CSS.supports("field-sizing", "content")) return;
    this.element.addEventListener("input", this.grow);
    this.grow();
  }

  disconnect(): void {
    this.element.removeEventListener("input", this.grow);
  }

  private grow = (): void => {
    this.element.style.height = "auto";
    this.element.style.height = `${this.element.scrollHeight + 2}px`;
  };
}
