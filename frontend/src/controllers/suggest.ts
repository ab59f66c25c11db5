import { Controller } from "@hotwired/stimulus";

const PAUSE = 700;
const LEAST = 6;
// The newest words say best what somebody is about to ask; the server looks at no more.
const MOST = 400;
const PATIENCE = 5_000;
const REFUSED = new Set([401, 403, 404]);

/**
 * Shows articles beside an inquiry that is being written. It asks after a pause in the typing, stands in nobody's way
 * and says nothing where nothing fits or the server does not answer; it extends no session (SEC-21).
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
    this.asking = new AbortController();
    const timeout = window.setTimeout(() => this.asking?.abort(), PATIENCE);
    try {
      const answer = await fetch(`${this.urlValue}?${new URLSearchParams({ text }).toString()}`, {
        headers: { "HX-Request": "true" },
        cache: "no-store",
        signal: this.asking.signal,
      });
      this.isOver = REFUSED.has(answer.status);
      if (answer.ok) this.show(answer.status === 200 ? await answer.text() : "");
    } catch {
      // Without an answer the writing goes on as before.
    } finally {
      window.clearTimeout(timeout);
    }
  }

  private show(html: string): void {
    const page = new DOMParser().parseFromString(html, "text/html");
    this.listTarget.replaceChildren(...page.body.childNodes);
  }
}
