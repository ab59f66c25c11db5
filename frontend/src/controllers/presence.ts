import { Controller } from "@hotwired/stimulus";

import { sendQuietly } from "../background";

const EVERY = 10_000;
const STOPPED_AFTER = 6_000;
const REFUSED = new Set([401, 403, 404]);

/** Tells colleagues of the desk that an agent has the case open, or is typing in it; says nothing of what is typed. */
export default class extends Controller<HTMLElement> {
  static values = { url: String };
  declare readonly urlValue: string;

  private beat = 0;
  private stop = 0;
  private isTyping = false;

  connect(): void {
    for (const change of ["input", "editor:change"]) document.addEventListener(change, this.type);
    document.addEventListener("visibilitychange", this.tell);
    window.addEventListener("pagehide", this.leave);
    this.beat = window.setInterval(this.tell, EVERY);
    this.tell();
  }

  disconnect(): void {
    for (const change of ["input", "editor:change"]) document.removeEventListener(change, this.type);
    document.removeEventListener("visibilitychange", this.tell);
    window.removeEventListener("pagehide", this.leave);
    window.clearInterval(this.beat);
    window.clearTimeout(this.stop);
  }

  private type = (event: Event): void => {
    const target = event.target;
    const isText = event.type === "editor:change" || target instanceof HTMLTextAreaElement;
    if (!isText || !(target instanceof Element) || !this.element.parentElement?.contains(target)) return;
    window.clearTimeout(this.stop);
    this.stop = window.setTimeout(() => this.set(false), STOPPED_AFTER);
    this.set(true);
  };

  private set(isTyping: boolean): void {
    if (this.isTyping === isTyping) return;
    this.isTyping = isTyping;
    this.tell();
  }

  private tell = (): void => {
    if (!document.hidden) void this.send(this.isTyping ? "typing" : "viewing");
  };

  private leave = (): void => {
    void this.send("left", { keepalive: true });
  };

  private async send(doing: string, more: RequestInit = {}): Promise<void> {
    const status = await sendQuietly(this.urlValue, { doing }, more);
    if (REFUSED.has(status)) window.clearInterval(this.beat);
  }
}
