import { Controller } from "@hotwired/stimulus";

const MANY = 30;

interface Part {
  group: HTMLOptGroupElement | null;
  options: HTMLOptionElement[];
}

/**
 * A search above a long choice: what is typed leaves only the options that hold it, and Enter takes the first of them.
 * The choice itself stays the browser's own; without script it is there whole, and what is chosen is always in it.
 */
export default class extends Controller<HTMLSelectElement> {
  static values = { label: String };
  declare readonly labelValue: string;
  private parts: Part[] = [];
  private box = document.createElement("input");

  connect(): void {
    if (this.element.options.length <= MANY) return;
    this.parts = [...this.element.children].map((child) =>
      child instanceof HTMLOptGroupElement
        ? { group: child, options: [...child.children] as HTMLOptionElement[] }
        : { group: null, options: [child as HTMLOptionElement] },
    );
    this.box.type = "search";
    this.box.className = "control control-narrow";
    this.box.autocomplete = "off";
    this.box.placeholder = this.labelValue;
    this.box.setAttribute("aria-label", this.labelValue);
    this.element.before(this.box);
    this.box.addEventListener("input", this.narrow);
    this.box.addEventListener("keydown", this.pressed);
    this.element.addEventListener("change", this.widen);
  }

  disconnect(): void {
    this.widen();
    this.box.remove();
    this.element.removeEventListener("change", this.widen);
  }

  private narrow = (): void => this.show((option) => plain(option.text).includes(plain(this.box.value)));

  private widen = (): void => {
    this.box.value = "";
    this.show(() => true);
  };

  private pressed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const found = this.box.value && [...this.element.options].find((it) => plain(it.text).includes(plain(this.box.value)));
    if (!found) return;
    found.selected = true;
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
    this.element.focus();
  };

  private show(fits: (option: HTMLOptionElement) => boolean): void {
    const chosen = this.element.selectedOptions[0];
    const shown = this.parts.map(({ group, options }) => {
      const left = options.filter((option) => option === chosen || fits(option));
      group?.replaceChildren(...left);
      return group ? (left.length > 0 ? [group] : []) : left;
    });
    if (this.parts.length > 0) this.element.replaceChildren(...shown.flat());
    if (chosen) chosen.selected = true;
  }
}

/** Names are written America/New_York; people type "new york". */
function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/[_\s]+/g, " ").trim();
}
