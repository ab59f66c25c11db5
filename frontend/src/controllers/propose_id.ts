import { Controller } from "@hotwired/stimulus";

/**
 * Proposes the recommended user ID while the mail address is typed (CONTACT-06): the address and the service's suffix,
 * cut so that both are no longer than an ID may be. An ID that somebody has typed stays.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["id", "mail"];
  static values = { suffix: String, longest: Number };
  declare readonly idTarget: HTMLInputElement;
  declare readonly mailTarget: HTMLInputElement;
  declare readonly suffixValue: string;
  declare readonly longestValue: number;
  private proposed = "";

  connect(): void {
    // A form that comes back after a refusal may hold a proposal of before.
    this.proposed = this.proposal();
    this.mailTarget.addEventListener("input", this.propose);
  }

  disconnect(): void {
    this.mailTarget.removeEventListener("input", this.propose);
  }

  private propose = (): void => {
    const isOurs = this.idTarget.value === "" || this.idTarget.value === this.proposed;
    this.proposed = this.proposal();
    if (isOurs) this.idTarget.value = this.proposed;
  };

  private proposal(): string {
    const mail = this.mailTarget.value.trim();
    return mail && mail.slice(0, this.longestValue - this.suffixValue.length) + this.suffixValue;
  }
}
