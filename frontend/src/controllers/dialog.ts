import { Controller } from "@hotwired/stimulus";

/**
 * A native dialog. Its buttons open and close it by `command` and `commandfor`, which need no script; this controller
 * stands in where the browser does not know them, and lifts a dialog that the server sent open (its form was refused)
 * into a modal one.
 */
export default class extends Controller<HTMLDialogElement> {
  connect(): void {
    if (this.element.open && !this.element.matches(":modal")) {
      this.element.close();
      this.element.showModal();
    }
    this.element.addEventListener("close", this.giveBack);
    if (!("command" in HTMLButtonElement.prototype)) document.addEventListener("click", this.command);
  }

  disconnect(): void {
    this.element.removeEventListener("close", this.giveBack);
    document.removeEventListener("click", this.command);
  }

  // The browser gives the focus back to the button that opened it; in a menu that has closed meanwhile it cannot.
  private giveBack = (): void => {
    const opener = document.querySelector(`[command="show-modal"][commandfor="${this.element.id}"]`);
    opener?.closest("details:not([open])")?.querySelector("summary")?.focus();
  };

  private command = (event: Event): void => {
    const button = (event.target as Element).closest("button[commandfor]");
    if (button?.getAttribute("commandfor") !== this.element.id) return;
    if (button.getAttribute("command") === "show-modal") this.element.showModal();
    else this.element.close();
  };
}
