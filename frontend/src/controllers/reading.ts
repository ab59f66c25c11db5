import { Controller } from "@hotwired/stimulus";

import { sendQuietly } from "../background";

/** Says that what waited here is before its reader's eyes; the button that says so without script goes. */
export default class extends Controller<HTMLElement> {
  static targets = ["button"];
  static values = { url: String };

  declare readonly buttonTargets: HTMLElement[];
  declare readonly urlValue: string;

  async connect(): Promise<void> {
    const status = await sendQuietly(this.urlValue, {});
    if (status === 204) for (const button of this.buttonTargets) button.hidden = true;
  }
}
