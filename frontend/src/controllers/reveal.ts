import { Controller } from "@hotwired/stimulus";

/**
 * The eye beside a secret: it shows what was typed, and hides it again (RESET-07). It is offered by the script that
 * makes it work. What is sent is hidden first, so that no browser keeps it among the texts it offers later.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["field", "button"];
  declare readonly fieldTarget: HTMLInputElement;
  declare readonly buttonTarget: HTMLButtonElement;
  private form: HTMLFormElement | null = null;

  connect(): void {
    this.buttonTarget.hidden = false;
    this.form = this.fieldTarget.form;
    this.form?.addEventListener("submit", this.hide);
    this.hide();
  }

  disconnect(): void {
    this.form?.removeEventListener("submit", this.hide);
  }

  toggle(): void {
    this.show(this.fieldTarget.type === "password");
  }

  private hide = (): void => this.show(false);

  private show(isShown: boolean): void {
    this.fieldTarget.type = isShown ? "text" : "password";
    this.buttonTarget.setAttribute("aria-pressed", String(isShown));
  }
}
