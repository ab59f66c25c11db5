import { Controller } from "@hotwired/stimulus";

/** A button that prints the page; it comes with the script, since without it it could do nothing. */
export default class extends Controller<HTMLElement> {
  static targets = ["button"];

  buttonTargetConnected(button: HTMLButtonElement): void {
    button.hidden = false;
  }

  print(): void {
    window.print();
  }
}
