import { Controller } from "@hotwired/stimulus";

/** Ctrl+S, or Cmd+S on macOS, presses the form's button (CONTACT-03), wherever on the page the focus is. */
export default class extends Controller<HTMLFormElement> {
  static targets = ["button"];
  declare readonly buttonTarget: HTMLButtonElement;

  connect(): void {
    document.addEventListener("keydown", this.pressed);
  }

  disconnect(): void {
    document.removeEventListener("keydown", this.pressed);
  }

  private pressed = (event: KeyboardEvent): void => {
    const isSave = event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!isSave || event.isComposing) return;
    // The browser would offer to save the page as a file.
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) this.element.requestSubmit(this.buttonTarget);
  };
}
