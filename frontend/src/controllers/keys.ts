import { Controller } from "@hotwired/stimulus";

const MEMORY = "madoguchi.keys";
const PAUSE = 1200;
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/**
 * The console without a mouse: j and k walk the rows of a list, x ticks one, ? shows the keys, and whatever carries `data-key` (one
 * key, or two pressed one after the other as in "g c") is followed, or focused if text goes into it. The switch in the
 * key help turns all of it off, and this browser remembers (WCAG 2.1.4).
 */
export default class extends Controller<HTMLElement> {
  static targets = ["help", "switch"];
  declare readonly helpTarget: HTMLDialogElement;
  declare readonly hasHelpTarget: boolean;
  private before = "";
  private beforeAt = 0;

  connect(): void {
    document.addEventListener("keydown", this.pressed);
  }

  disconnect(): void {
    document.removeEventListener("keydown", this.pressed);
  }

  switchTargetConnected(box: HTMLInputElement): void {
    box.checked = this.on;
  }

  turn(event: Event): void {
    if ((event.target as HTMLInputElement).checked) localStorage.removeItem(MEMORY);
    else localStorage.setItem(MEMORY, "off");
  }

  private get on(): boolean {
    return localStorage.getItem(MEMORY) !== "off";
  }

  private pressed = (event: KeyboardEvent): void => {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target as Element;
    if (target instanceof Element && (target.matches(TYPING) || target.closest("dialog[open]"))) return;
    if (this.act(event.key, event.timeStamp)) event.preventDefault();
  };

  private act(key: string, now: number): boolean {
    const sequence = now - this.beforeAt < PAUSE ? `${this.before} ${key}` : key;
    [this.before, this.beforeAt] = [key, now];
    if (key === "?" && this.hasHelpTarget) {
      this.helpTarget.showModal();
      return true;
    }
    if (key === "j" || key === "k") return this.walk(key === "j" ? 1 : -1);
    if (key === "x") return this.tick();
    return this.follow(sequence) || this.follow(key);
  }

  private tick(): boolean {
    const box = document.activeElement?.closest("tr")?.querySelector<HTMLInputElement>("input[type=checkbox]");
    box?.click();
    return Boolean(box);
  }

  private walk(step: number): boolean {
    const rows = [...document.querySelectorAll<HTMLElement>("tr[data-href]")];
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step];
    row?.querySelector("a")?.focus();
    return row !== undefined;
  }

  private follow(sequence: string): boolean {
    const found = [...document.querySelectorAll<HTMLElement>("[data-key]")].find((it) => it.dataset["key"] === sequence);
    if (!found) return false;
    if (found.matches(TYPING)) found.focus();
    else found.click();
    return true;
  }
}
