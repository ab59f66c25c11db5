import { Controller } from "@hotwired/stimulus";

import { discards } from "../discards";
import { sizeInWords } from "../sizes";
import type { Moving } from "../uploads";

type State = "waiting" | "moving" | "paused" | "whole" | "stopped";

interface Item {
  file: File;
  row: HTMLElement;
  state: State;
  /** The controller that shows it now: a swap of the page's part puts another one in the place of the first. */
  shownBy: Uploader;
  moving?: Moving;
  /** Its name on the server, once it is there whole. */
  token?: string;
}

interface Words {
  large: string;
  empty: string;
  many: string;
  waiting: string;
  paused: string;
  whole: string;
  stopped: string;
  finishing: string;
  sentLater: string;
  signedOut: string;
  failed: string;
}

const AT_ONCE = 2;
let loading: Promise<typeof import("../uploads")> | undefined;
// Who holds the files of a field, by its id: a swap of the page's part takes the one away and brings another.
const holders = new Map<string, Uploader>();

/**
 * The files of a form: chosen or dropped, they travel part by part while the rest of the form is filled in, and the form
 * waits until they are there. Without script the field is a plain one, and its files travel with the form. A script that
 * has files of its own hands them over: `form.dispatchEvent(new CustomEvent("uploader:add", { detail: { files } }))`.
 */
export default class Uploader extends Controller<HTMLElement> {
  static targets = ["input", "drop", "list", "row", "problem", "told"];
  static values = { url: String, most: Number, part: Number, count: Number, name: { type: String, default: "uploads" }, words: Object };
  declare readonly inputTarget: HTMLInputElement;
  declare readonly dropTarget: HTMLElement;
  declare readonly listTarget: HTMLElement;
  declare readonly rowTarget: HTMLTemplateElement;
  declare readonly problemTarget: HTMLElement;
  declare readonly toldTarget: HTMLElement;
  declare readonly urlValue: string;
  declare readonly mostValue: number;
  declare readonly partValue: number;
  declare readonly countValue: number;
  declare readonly nameValue: string;
  declare readonly wordsValue: Words;
  private items: Item[] = [];
  private form: HTMLFormElement | null = null;
  private held: { submitter: HTMLElement | null } | null = null;
  private isSent = false;

  connect(): void {
    this.form = this.element.closest("form");
    this.inputTarget.classList.add("visually-hidden");
    this.inputTarget.tabIndex = -1;
    // What is chosen goes its own way and must not travel with the form as well.
    this.inputTarget.removeAttribute("name");
    this.dropTarget.hidden = false;
    this.element.addEventListener("dragover", this.over);
    this.element.addEventListener("dragleave", this.leave);
    this.element.addEventListener("drop", this.dropped);
    this.listTarget.addEventListener("click", this.act);
    this.form?.addEventListener("uploader:add", this.handed);
    this.form?.addEventListener("htmx:finally:request", this.answered);
    // Before every other listener of the form: whoever is asked to wait must not count as having sent.
    document.addEventListener("submit", this.submit, { capture: true });
    this.takeOver();
  }

  disconnect(): void {
    document.removeEventListener("submit", this.submit, { capture: true });
    this.form?.removeEventListener("uploader:add", this.handed);
    this.form?.removeEventListener("htmx:finally:request", this.answered);
    if (this.items.length === 0 || this.isSent) this.letGo();
  }

  choose(): void {
    this.inputTarget.click();
  }

  chosen(): void {
    this.add([...(this.inputTarget.files ?? [])]);
    this.inputTarget.value = "";
  }

  /** Take files in; those that cannot be sent are refused here, before a byte of them travels. */
  add(files: File[]): void {
    const problems: string[] = [];
    for (const file of files) {
      const problem = this.problemOf(file);
      if (problem) problems.push(problem);
      else this.show({ file, row: this.rowFor(file), state: "waiting", shownBy: this });
    }
    this.say(problems.join(" "));
    this.moveNext();
  }

  private problemOf(file: File): string {
    const words = this.wordsValue;
    const isThere = (item: Item) =>
      item.file.name === file.name && item.file.size === file.size && item.file.lastModified === file.lastModified;
    if (this.countOfFiles() >= this.countValue && !this.items.some(isThere)) return words.many;
    if (file.size > this.mostValue) return words.large.replace("{name}", file.name);
    if (file.size === 0) return words.empty.replace("{name}", file.name);
    return "";
  }

  private countOfFiles(): number {
    return this.items.length + this.listTarget.querySelectorAll('input[type="checkbox"]:checked').length;
  }

  private rowFor(file: File): HTMLElement {
    const row = this.rowTarget.content.firstElementChild?.cloneNode(true) as HTMLElement;
    part(row, "name").textContent = file.name;
    part(row, "size").textContent = sizeInWords(file.size);
    row.setAttribute("aria-label", file.name);
    return row;
  }

  private show(item: Item): void {
    item.shownBy = this;
    this.items.push(item);
    this.listTarget.append(item.row);
    this.tell(item);
  }

  /** Go on with the files of the one that stood here before, unless it has sent them. */
  private takeOver(): void {
    const before = holders.get(this.inputTarget.id);
    holders.set(this.inputTarget.id, this);
    if (!before || before === this || before.isSent) return;
    for (const item of before.items) if (!this.isListed(item)) this.show(item);
    before.items = [];
    if (this.items.length > 0) this.changed();
  }

  // The draft that the server gave back may name the file already.
  private isListed(item: Item): boolean {
    return [...this.listTarget.querySelectorAll("input")].some((box) => box.value === item.token);
  }

  // Whoever discards the draft of the form does not want its files back.
  private discard(): void {
    this.held = null;
    this.toldTarget.textContent = "";
    for (const item of [...this.items]) this.takeOff(item);
  }

  private letGo(): void {
    if (holders.get(this.inputTarget.id) === this) holders.delete(this.inputTarget.id);
  }

  private moveNext(): void {
    const free = AT_ONCE - this.items.filter((item) => item.state === "moving").length;
    for (const item of this.items.filter((one) => one.state === "waiting").slice(0, Math.max(free, 0))) {
      item.state = "moving";
      this.tell(item);
      void this.move(item);
    }
  }

  private async move(item: Item): Promise<void> {
    loading ??= import("../uploads");
    const { move } = await loading;
    if (item.state !== "moving") return;
    item.moving = move(item.file, this.urlValue, this.partValue, {
      progress: (sent, total) => item.shownBy.progress(item, sent, total),
      whole: (token) => item.shownBy.whole(item, token),
      stopped: (text, isSignedOut) => item.shownBy.stopped(item, text, isSignedOut),
    });
  }

  private progress(item: Item, sent: number, total: number): void {
    const percent = Math.floor((100 * sent) / total);
    part<HTMLProgressElement>(item.row, "bar").value = percent;
    // All bytes have left, but the server has not said yet that it has and likes them.
    part(item.row, "state").textContent = percent < 100 ? `${percent} %` : this.wordsValue.finishing;
  }

  private whole(item: Item, token: string): void {
    item.state = "whole";
    item.token = token;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = this.nameValue;
    field.value = token;
    item.row.append(field);
    this.changed();
    this.tell(item);
    this.toldTarget.textContent = `${item.file.name}: ${this.wordsValue.whole}`;
    this.form?.dispatchEvent(new CustomEvent("uploader:whole", { detail: { file: item.file, token } }));
    this.moveNext();
    this.sendHeld();
  }

  private stopped(item: Item, text: string, isSignedOut: boolean): void {
    item.state = "stopped";
    this.held = null;
    this.tell(item);
    this.say(text || (isSignedOut ? this.wordsValue.signedOut : this.wordsValue.failed));
    this.moveNext();
  }

  private act = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>("button[data-part]");
    const item = this.items.find((one) => one.row.contains(button));
    if (!button || !item) return;
    const wanted = button.dataset["part"];
    if (wanted === "pause") this.pause(item);
    else if (wanted === "resume") this.resume(item);
    else this.takeOff(item);
  };

  private pause(item: Item): void {
    item.moving?.pause();
    item.state = "paused";
    this.tell(item);
    part(item.row, "resume").focus();
    this.moveNext();
  }

  private resume(item: Item): void {
    item.state = "moving";
    this.tell(item);
    this.say("");
    if (item.moving) item.moving.resume();
    else void this.move(item);
    part(item.row, "pause").focus();
  }

  private takeOff(item: Item): void {
    item.moving?.takeOff();
    item.state = "stopped";
    this.items = this.items.filter((one) => one !== item);
    item.row.remove();
    this.changed();
    this.say("");
    this.dropTarget.querySelector("button")?.focus();
    this.moveNext();
    this.sendHeld();
  }

  /** Tell whoever looks at the form, such as the panel of what is missing, that its files are others. */
  private changed(): void {
    this.listTarget.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private tell(item: Item): void {
    const words: Partial<Record<State, string>> = this.wordsValue as unknown as Record<State, string>;
    if (item.state !== "moving") part(item.row, "state").textContent = words[item.state] ?? "";
    part(item.row, "bar").hidden = item.state === "whole";
    part(item.row, "pause").hidden = item.state !== "moving";
    part(item.row, "resume").hidden = item.state !== "paused" && item.state !== "stopped";
  }

  private say(text: string): void {
    this.problemTarget.textContent = text;
    this.problemTarget.hidden = text === "";
  }

  private submit = (event: SubmitEvent): void => {
    if (discards(event.target, this.inputTarget.id)) this.discard();
    if (event.target !== this.form || event.defaultPrevented) return;
    if (this.items.every((item) => item.state === "whole")) {
      this.isSent = true;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.items.some((item) => item.state === "stopped")) {
      this.say(this.wordsValue.failed);
      return;
    }
    this.held = { submitter: event.submitter };
    this.toldTarget.textContent = this.wordsValue.sentLater;
    for (const item of this.items.filter((one) => one.state === "paused")) this.resume(item);
  };

  private sendHeld(): void {
    if (!this.held || this.items.some((item) => item.state !== "whole")) return;
    const { submitter } = this.held;
    this.held = null;
    this.toldTarget.textContent = "";
    this.form?.requestSubmit(submitter instanceof HTMLButtonElement ? submitter : null);
  }

  // An answer that left the form in place did not take its files.
  private answered = (): void => {
    setTimeout(() => {
      this.isSent = false;
    });
  };

  private handed = (event: Event): void => {
    this.add((event as CustomEvent<{ files: File[] }>).detail.files);
  };

  private over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.element.dataset["over"] = "";
  };

  private leave = (): void => {
    delete this.element.dataset["over"];
  };

  private dropped = (event: DragEvent): void => {
    this.leave();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.add(files);
  };
}

function part<Kind extends HTMLElement = HTMLElement>(row: HTMLElement, name: string): Kind {
  const found = row.querySelector<Kind>(`[data-part="${name}"]`);
  if (!found) throw new Error(`a file's row has no part ${name}`);
  return found;
}
