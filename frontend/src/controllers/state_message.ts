import { Controller } from "@hotwired/stimulus";

// The state whose message somebody has put away on this page; it lives as long as the page does (CASE-04, Q24).
let putAway = "";

/** What the state of a case asks of its reader stays away once it was put away, until the page is opened again. */
export default class extends Controller<HTMLElement> {
  static values = { key: String };
  declare readonly keyValue: string;

  connect(): void {
    // Another state has something else to say, and so has the same one when the case comes back to it.
    if (putAway !== this.keyValue) putAway = "";
    else this.element.replaceChildren();
  }

  keepAway(): void {
    putAway = this.keyValue;
  }
}
