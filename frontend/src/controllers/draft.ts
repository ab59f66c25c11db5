import { Controller } from "@hotwired/stimulus";

import { sendQuietly } from "../background";
import { discards } from "../discards";

const CHANGES = ["input", "change", "editor:change"];
const EVERY = 3_000;
const AGAIN_AFTER = 15_000;
// What a browser still sends when the page is going away.
const LARGEST_PARTING = 60_000;

/**
 * Keeps what is being typed on the server every few seconds, so that it survives a closed tab and a lost session. It
 * reads the form's text on `input` and on the editor's `editor:change`, its uploaded files on `change`, the fields that
 * `beside` names, and stops as soon as the form is sent.
 */
export default class extends Controller<HTMLFormElement> {
  static targets = ["status"];
  static values = { url: String, field: String, beside: String };

  declare readonly statusTarget: HTMLElement;
  // A form that cannot be sent any more has no place to say it.
  declare readonly hasStatusTarget: boolean;
  declare readonly urlValue: string;
  declare readonly fieldValue: string;
  declare readonly besideValue: string;

  private timer = 0;
  private kept = "";
  private isSent = false;
  private saving: AbortController | null = null;

  connect(): void {
    this.kept = this.shown;
    for (const change of CHANGES) this.element.addEventListener(change, this.changed);
    this.element.addEventListener("submit", this.sent);
    this.element.addEventListener("htmx:finally:request", this.again);
    document.addEventListener("submit", this.discarded, { capture: true });
    window.addEventListener("pageshow", this.again);
    window.addEventListener("pagehide", this.part);
    document.addEventListener("visibilitychange", this.part);
    this.changed();
  }

  disconnect(): void {
    for (const change of CHANGES) this.element.removeEventListener(change, this.changed);
    this.element.removeEventListener("submit", this.sent);
    this.element.removeEventListener("htmx:finally:request", this.again);
    document.removeEventListener("submit", this.discarded, { capture: true });
    window.removeEventListener("pageshow", this.again);
    window.removeEventListener("pagehide", this.part);
    document.removeEventListener("visibilitychange", this.part);
    window.clearTimeout(this.timer);
    // A swap took the form away while something stood in it.
    this.part();
  }

  private get field(): HTMLTextAreaElement | null {
    return this.element.querySelector<HTMLTextAreaElement>(`textarea[id="${this.fieldValue}"]`);
  }

  /** The editor's rich text; without it the field is not there, or empty. */
  private get rich(): HTMLTextAreaElement | HTMLInputElement | null {
    return this.element.querySelector('textarea[name$="html"], input[name$="html"]');
  }

  /** The files that are on the server whole: those that have just arrived, and those of before that are still ticked. */
  private get files(): HTMLInputElement[] {
    return [...this.element.querySelectorAll<HTMLInputElement>('input[name="uploads"]')];
  }

  private get chosen(): string[] {
    return this.files.filter((file) => file.type === "hidden" || file.checked).map((file) => file.value);
  }

  /** All as one, to tell whether something has changed. */
  private get text(): string {
    return together(this.field?.value, this.rich?.value, [...this.beside.map((field) => field.value), ...this.chosen]);
  }

  /** What the server has put into the form. */
  private get shown(): string {
    const files = this.files.filter((file) => file.defaultChecked).map((file) => file.value);
    return together(this.field?.defaultValue, this.rich?.defaultValue, [...this.beside.map(servedIn), ...files]);
  }

  /** The other fields of the form that are kept with the text, such as its title. */
  private get beside(): Field[] {
    return this.besideValue
      .split(" ")
      .map((name) => name && this.element.querySelector<Field>(`[name="${name}"]`))
      .filter((field) => !!field);
  }

  /** Whether there is nothing that anybody would miss; a choice alone is no draft. */
  private get isBlank(): boolean {
    const written = [this.field, this.rich, ...this.beside.filter((field) => field.matches(WRITTEN))];
    return written.every((field) => !field?.value.trim()) && !this.chosen.length;
  }

  private changed = (): void => {
    if (this.isSent || this.timer || this.text === this.kept) return;
    this.timer = window.setTimeout(() => void this.save(), EVERY);
  };

  private sent = (): void => {
    this.isSent = true;
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.saving?.abort();
  };

  // The words typed just before somebody discards the draft must not come back as the page's last ones.
  private discarded = ({ target }: Event): void => {
    if (!discards(target, this.fieldValue)) return;
    this.sent();
    target?.addEventListener("htmx:finally:request", this.again, { once: true });
  };

  // A form that was refused, or is shown again by the way back, holds a text that is not sent.
  private again = (): void => {
    if (!this.element.isConnected) return;
    this.isSent = false;
    this.changed();
  };

  private part = (event?: Event): void => {
    const goesOn = event?.type === "visibilitychange" && !document.hidden;
    if (goesOn || this.isSent || this.text === this.kept || this.text.length * 3 > LARGEST_PARTING) return;
    void this.save({ keepalive: true });
  };

  private async save(more: RequestInit = {}): Promise<void> {
    window.clearTimeout(this.timer);
    const text = this.text;
    const saving = (this.saving = new AbortController());
    const status = await sendQuietly(this.urlValue, this.fields, { signal: saving.signal, ...more });
    this.timer = 0;
    if (this.isSent) return;
    if (status === 204) this.kept = text;
    this.say(status);
    if (!this.element.isConnected || this.text === this.kept || status === 413) return;
    const wait = status === 204 || status === 429 ? EVERY : AGAIN_AFTER;
    this.timer = window.setTimeout(() => void this.save(), wait);
  }

  private get fields(): Record<string, string | string[]> {
    const key = this.element.querySelector<HTMLInputElement>('input[name$="form_key"]')?.value ?? "";
    const beside = Object.fromEntries(this.beside.map((field) => [field.name, field.value]));
    const html = this.rich?.value ?? "";
    return { ...beside, body: this.field?.value ?? "", html, uploads: this.chosen, form_key: key };
  }

  private say(status: number): void {
    if (!this.hasStatusTarget) return;
    const { saved = "", failed = "", large = "" } = this.statusTarget.dataset;
    if (status === 204) this.statusTarget.textContent = this.isBlank ? "" : saved;
    else if (status === 413) this.statusTarget.textContent = large;
    else if (status !== 429) this.statusTarget.textContent = failed;
  }
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const BETWEEN = "\u0000";
// Fields that hold words of their own.
const WRITTEN = 'textarea, input:not([type="hidden"])';

function together(text = "", html = "", rest: string[] = []): string {
  return [text, html, ...rest].join(BETWEEN);
}

function servedIn(field: Field): string {
  if (!(field instanceof HTMLSelectElement)) return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
}
