import { Controller } from "@hotwired/stimulus";

/** A message with a ×: the × comes with the script, since without it it could do nothing. */
export default class extends Controller<HTMLElement> {
  static targets = ["close"];
  declare readonly closeTarget: HTMLButtonElement;

  closeTargetConnected(button: HTMLButtonElement): void {
    button.hidden = false;
  }

  close(): void {
    this.dispatch("closed");
    this.element.remove();
  }
}
