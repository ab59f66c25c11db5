import { Controller } from "@hotwired/stimulus";

/**
 * A choice on which further controls depend (the kind of a field) presses the button that lets the server show them, so
 * that nobody has to; without script the button is pressed by hand.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["button"];
  declare readonly buttonTarget: HTMLButtonElement;

  press(): void {
    this.buttonTarget.click();
  }
}
