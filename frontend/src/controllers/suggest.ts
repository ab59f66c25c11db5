import { Controller } from "@hotwired/stimulus";

import { askQuietly } from "../background";

const PAUSE = 700;
const LEAST = 6;
// The newest words say best what somebody is about to ask; the server looks at no more.
const MOST = 400;
const PATIENCE = 5_000;
// Signed out, or with a form token that has run out: it would not become better with the next word.
const REFUSED = new Set([400, 401, 403, 404]);

/**
 * Shows articles beside an inquiry that is being written. It asks after a pause in the typing, stands in nobody's way
 * and says nothing where nothing fits or the server does not answer; it extends no session (SEC-21). The text travels in
 * the body, since addresses are written down on the way.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["text", "list"];
  static values = { url: String };

  declare readonly textTarget: HTMLTextAreaElement;
  declare readonly listTarget: HTMLElement;
  declare readonly urlValue: string;

  private timer = 0;
  private asked = "";
  private isOver = false;
  private asking: AbortController | null = null;

  connect(): void {
    this.textTarget.addEventListener("input", this.typed);
    this.typed();
  }

  disconnect(): void {
    this.textTarget.removeEventListener("input", this.typed);
    window.clearTimeout(this.timer);
    this.asking?.abort();
  }

  private typed = (): void => {
    window.clearTimeout(this.timer);
    if (!this.isOver) this.timer = window.setTimeout(() => void this.ask(), PAUSE);
  };

  private async ask(): Promise<void> {
    const text = this.textTarget.value.trim().slice(-MOST);
    if (text === this.asked) return;
    this.asked = text;
    this.asking?.abort();
    if (text.length < LEAST) {
      this.listTarget.replaceChildren();
      return;
    }
    const asking = (this.asking = new AbortController());
    const timeout = window.setTimeout(() => asking.abort(), PATIENCE);
    const headers = { "HX-Request": "true" };
    const answer = await askQuietly(this.urlValue, { text }, { headers, signal: asking.signal });
    this.isOver = answer !== null && REFUSED.has(answer.status);
    // Without an answer, or with half of one, the writing goes on as before.
    if (answer?.ok) this.show(answer.status === 200 ? await answer.text().catch(() => null) : "");
    window.clearTimeout(timeout);
  }

  private show(html: string | null): void {
    if (html === null) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    this.listTarget.replaceChildren(...page.body.childNodes);
  }
}
