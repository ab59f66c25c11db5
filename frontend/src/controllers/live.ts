import { Controller } from "@hotwired/stimulus";

import { keepPlace } from "../reading_place";
import { sayRefused, takeBackRefusal } from "../refused";
import { renewEntries, renewRegions } from "../regions";

const SECOND = 1000;
const EVERY = 4 * SECOND;
// For somebody who has not touched the page for a while, or looks at another one.
const QUIET_EVERY = 15 * SECOND;
const HIDDEN_EVERY = 60 * SECOND;
const LONGEST = 120 * SECOND;
const QUIET_AFTER = 600 * SECOND;
const PATIENCE = 10 * SECOND;
const SAID_FOR = 10 * SECOND;
// After these a part of the page may be free again that was left alone.
const RELEASES = ["toggle", "close", "focusout"];
const TOUCHES = ["pointermove", "pointerdown", "keydown", "scroll", "touchstart"];

/**
 * Keeps an open case page up to date: asks every few seconds whether something is new and takes it from the answer
 * (regions.ts). It never touches a form of a text, moves no reading position and extends no session (SEC-21).
 */
export default class extends Controller<HTMLElement> {
  static targets = ["notice"];
  static values = { url: String, query: String, reader: String };

  declare readonly noticeTarget: HTMLElement;
  declare readonly urlValue: string;
  declare readonly queryValue: string;
  declare readonly readerValue: string;

  private query = "";
  private timer = 0;
  private silence = 0;
  private failures = 0;
  private touchedAt = Date.now();
  private asking: AbortController | null = null;
  private waiting: HTMLElement[] = [];
  private isSignedOut = false;
  private isGone = false;

  connect(): void {
    this.query = this.queryValue;
    document.addEventListener("visibilitychange", this.look);
    window.addEventListener("focus", this.look);
    for (const touch of TOUCHES) document.addEventListener(touch, this.touch, { capture: true, passive: true });
    for (const release of RELEASES) document.addEventListener(release, this.catchUp, { capture: true });
    this.plan();
  }

  disconnect(): void {
    document.removeEventListener("visibilitychange", this.look);
    window.removeEventListener("focus", this.look);
    for (const touch of TOUCHES) document.removeEventListener(touch, this.touch, { capture: true });
    for (const release of RELEASES) document.removeEventListener(release, this.catchUp, { capture: true });
    window.clearTimeout(this.timer);
    window.clearTimeout(this.silence);
    this.asking?.abort();
  }

  /** Whoever comes back to the page sees at once what is new, and whether they are signed in again. */
  private look = (): void => {
    if (!document.hidden) void this.ask();
  };

  private touch = (): void => {
    const wasQuiet = this.isQuiet();
    this.touchedAt = Date.now();
    if (wasQuiet && !this.isSignedOut) void this.ask();
  };

  private catchUp = (): void => {
    if (this.waiting.length) window.setTimeout(() => this.put([], null));
  };

  private isQuiet(): boolean {
    return Date.now() - this.touchedAt >= QUIET_AFTER;
  }

  private plan(): void {
    window.clearTimeout(this.timer);
    if (this.isSignedOut || this.isGone || !this.element.isConnected) return;
    const usual = document.hidden ? HIDDEN_EVERY : this.isQuiet() ? QUIET_EVERY : EVERY;
    this.timer = window.setTimeout(() => void this.ask(), Math.min(LONGEST, usual * 2 ** this.failures));
  }

  private async ask(): Promise<void> {
    if (this.asking || this.isGone) return;
    window.clearTimeout(this.timer);
    const asking = (this.asking = new AbortController());
    const limit = window.setTimeout(() => asking.abort(), PATIENCE);
    try {
      const answer = await fetch(`${this.urlValue}?${this.asked()}`, {
        headers: { "HX-Request": "true" },
        cache: "no-store",
        signal: asking.signal,
      });
      this.take(answer.status, await answer.text());
    } catch {
      this.failures += 1;
    } finally {
      window.clearTimeout(limit);
      this.asking = null;
      this.plan();
    }
  }

  private asked(): string {
    // After an absence the whole part is wanted, since with it come new form tokens.
    const query = this.isSignedOut ? "after=0&version=0" : this.query;
    const sign = this.page.querySelector<HTMLElement>('[data-live="presence"]')?.dataset["sign"];
    return sign === undefined ? query : `${query}&present=${encodeURIComponent(sign)}`;
  }

  private take(status: number, text: string): void {
    if (status === 401) {
      this.isSignedOut = true;
      sayRefused("refused-signed-out", this.page);
    } else if (status === 403 || status === 404) {
      this.isGone = true;
      sayRefused("refused-gone", this.page);
    } else if (status === 200 || status === 204) {
      this.failures = 0;
      const fresh = new DOMParser().parseFromString(text, "text/html");
      if (this.isSignedOut && !this.comesBack(fresh)) return;
      this.renew(fresh);
    } else {
      this.failures += 1;
    }
  }

  /** Goes on after somebody has signed in again elsewhere, with the tokens of now; for nobody but the same person. */
  private comesBack(fresh: Document): boolean {
    const token = fresh.querySelector<HTMLInputElement>('input[name="csrf_token"]')?.value;
    if (this.told(fresh)?.dataset["liveReaderValue"] !== this.readerValue) return false;
    if (token) {
      document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", token);
      for (const field of document.querySelectorAll<HTMLInputElement>('input[name="csrf_token"]')) field.value = token;
    }
    this.isSignedOut = false;
    takeBackRefusal(this.page);
    return true;
  }

  private renew(fresh: Document): void {
    const regions = [...fresh.querySelectorAll<HTMLElement>("[data-live]")];
    const added = this.put(regions, fresh.querySelector("[data-live-entries]"));
    this.query = this.told(fresh)?.dataset["liveQueryValue"] ?? this.query;
    if (added.length) this.say(added);
  }

  /** Puts in what is new, and what has waited since something was in its way; returns the new entries. */
  private put(regions: HTMLElement[], freshList: Element | null): HTMLElement[] {
    if (!this.element.isConnected) return [];
    const named = new Set(regions.map((one) => one.dataset["live"]));
    const list = this.page.querySelector("[data-live-entries]");
    let added: HTMLElement[] = [];
    keepPlace(this.page, () => {
      const older = this.waiting.filter((one) => !named.has(one.dataset["live"]));
      this.waiting = renewRegions(this.page, [...older, ...regions], wake);
      if (list && freshList) added = renewEntries(list, freshList);
    });
    added.forEach(wake);
    return added;
  }

  private say(added: HTMLElement[]): void {
    const { comment = "", change = "" } = this.noticeTarget.dataset;
    const text = added.some((one) => one.querySelector(".timeline-body")) ? comment : change;
    window.clearTimeout(this.silence);
    // Emptied first, so that the same words are said again.
    this.noticeTarget.textContent = "";
    this.silence = window.setTimeout(() => {
      this.noticeTarget.textContent = text;
      this.silence = window.setTimeout(() => (this.noticeTarget.textContent = ""), SAID_FOR);
    }, 100);
  }

  private told(fresh: Document): HTMLElement | null {
    return fresh.querySelector<HTMLElement>("[data-live-query-value]");
  }

  /** The part of the page that this is about. */
  private get page(): HTMLElement {
    return this.element.parentElement ?? document.body;
  }
}

/** Lets htmx find its attributes in what was put in; Stimulus finds its own by itself. */
function wake(part: HTMLElement): void {
  (window as { htmx?: { process(part: HTMLElement): void } }).htmx?.process(part);
}
