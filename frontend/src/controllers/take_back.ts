import { Controller } from "@hotwired/stimulus";

/**
 * The seconds in which a reply can still be taken back. The server keeps the time; this only says it, and takes the button
 * away when the time is over. Without script the button stays, and the server says that it is too late.
 */
export default class extends Controller<HTMLFormElement> {
  static targets = ["text"];
  static values = { seconds: Number, text: String };

  declare readonly hasTextTarget: boolean;
  declare readonly textTarget: HTMLElement;
  declare readonly secondsValue: number;
  declare readonly textValue: string;

  private timer = 0;

  connect(): void {
    const end = Date.now() + this.secondsValue * 1000;
    this.show(end);
    this.timer = window.setInterval(() => this.show(end), 250);
  }

  disconnect(): void {
    window.clearInterval(this.timer);
  }

  private show(end: number): void {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0) {
      window.clearInterval(this.timer);
      this.element.hidden = true;
      return;
    }
    const text = this.textValue.replace("{n}", String(left));
    if (this.hasTextTarget && this.textTarget.textContent !== text) {
      this.textTarget.textContent = text;
    }
  }
}
