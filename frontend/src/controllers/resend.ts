import { Controller } from "@hotwired/stimulus";

/**
 * The countdown before a code can be sent again (MFA-09). The server keeps the time; this only says it: the button rests and
 * names the seconds left, then it is itself again. Without script the button works, and the server says how long to wait.
 */
export default class extends Controller<HTMLFormElement> {
  static targets = ["button"];
  static values = { seconds: Number, text: String };

  declare readonly buttonTarget: HTMLButtonElement;
  declare readonly secondsValue: number;
  declare readonly textValue: string;

  private timer = 0;
  private label = "";

  connect(): void {
    this.label = this.buttonTarget.textContent ?? "";
    const end = Date.now() + this.secondsValue * 1000;
    this.show(end);
    this.timer = window.setInterval(() => this.show(end), 250);
  }

  disconnect(): void {
    window.clearInterval(this.timer);
    this.rest(false, this.label);
  }

  private show(end: number): void {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) {
      this.rest(true, this.textValue.replace("{n}", String(left)));
      return;
    }
    window.clearInterval(this.timer);
    this.rest(false, this.label);
  }

  private rest(isResting: boolean, text: string): void {
    this.buttonTarget.disabled = isResting;
    if (this.buttonTarget.textContent !== text) {
      this.buttonTarget.textContent = text;
    }
  }
}
