import { Controller } from "@hotwired/stimulus";

interface Person {
  name: string;
  login: string;
}

/** The text before the cursor in what is being typed into, and how to put a name in place of its last signs. */
interface Place {
  before: string;
  replace(signs: number, text: string): void;
}

const WANTED = /(?:^|[^A-Za-z0-9._%+-])[@＠]([^\s@＠]{0,40})$/;
const MOST = 8;

/**
 * Offers the names of colleagues behind an @ in an internal note, in its plain field as in a rich text editor. Arrow keys choose,
 * Enter or Tab puts the name in, Esc closes. Without script the list of colleagues beside the note does the same.
 */
export default class extends Controller<HTMLElement> {
  static values = { people: Array, label: String };

  declare readonly peopleValue: Person[];
  declare readonly labelValue: string;

  private list: HTMLUListElement | null = null;
  private chosen = 0;
  private wanted = "";

  connect(): void {
    this.element.addEventListener("input", this.look);
    this.element.addEventListener("click", this.look);
    this.element.addEventListener("keydown", this.steer, true);
    this.element.addEventListener("focusout", this.leave);
  }

  disconnect(): void {
    this.close();
    this.element.removeEventListener("input", this.look);
    this.element.removeEventListener("click", this.look);
    this.element.removeEventListener("keydown", this.steer, true);
    this.element.removeEventListener("focusout", this.leave);
  }

  private readonly look = (event: Event): void => {
    const place = placeOf(event.target);
    const found = place && WANTED.exec(place.before);
    if (!found) {
      this.close();
      return;
    }
    this.wanted = found[1] ?? "";
    this.offer(event.target as HTMLElement, this.matching(this.wanted));
  };

  private readonly leave = (): void => {
    this.close();
  };

  private readonly steer = (event: KeyboardEvent): void => {
    if (!this.list || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose(this.chosen + step);
    else if (event.key === "Enter" || event.key === "Tab") this.take(event.target);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  private matching(typed: string): Person[] {
    const wanted = plain(typed);
    const fits = (person: Person) => plain(person.name).includes(wanted) || plain(person.login).startsWith(wanted);
    return this.peopleValue.filter(fits).slice(0, MOST);
  }

  private offer(field: HTMLElement, people: Person[]): void {
    this.close();
    if (!people.length) return;
    const list = document.createElement("ul");
    list.className = "mention-list";
    list.id = `${this.element.id || "mention"}-list`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.labelValue);
    people.forEach((person, place) => list.append(this.entry(field, person, place)));
    (field.closest(".field") ?? field.parentElement ?? this.element).append(list);
    field.setAttribute("aria-controls", list.id);
    this.list = list;
    this.choose(0);
  }

  private entry(field: HTMLElement, person: Person, place: number): HTMLLIElement {
    const item = document.createElement("li");
    item.id = `mention-${place}`;
    item.setAttribute("role", "option");
    item.dataset["name"] = person.name;
    item.textContent = person.name;
    const login = document.createElement("small");
    login.textContent = ` @${person.login}`;
    item.append(login);
    // Before the click would take the focus out of the text.
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.choose(place);
      this.take(field);
    });
    return item;
  }

  private choose(place: number): void {
    const items = [...(this.list?.children ?? [])];
    if (!items.length) return;
    this.chosen = (place + items.length) % items.length;
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === this.chosen)));
    items[this.chosen]?.scrollIntoView?.({ block: "nearest" });
    const field = this.element.querySelector(`[aria-controls="${this.list?.id}"]`);
    field?.setAttribute("aria-activedescendant", `mention-${this.chosen}`);
  }

  private take(field: EventTarget | null): void {
    const name = (this.list?.children[this.chosen] as HTMLElement | undefined)?.dataset["name"];
    const place = placeOf(field);
    this.close();
    if (name && place) place.replace(this.wanted.length, `${name} `);
  }

  private close(): void {
    this.list?.remove();
    this.list = null;
    for (const field of this.element.querySelectorAll("[aria-activedescendant]")) {
      field.removeAttribute("aria-activedescendant");
      field.removeAttribute("aria-controls");
    }
  }
}

function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
}

function placeOf(target: EventTarget | null): Place | null {
  if (target instanceof HTMLTextAreaElement) return inField(target);
  return target instanceof HTMLElement && target.isContentEditable ? inEditor() : null;
}

function inField(field: HTMLTextAreaElement): Place {
  const end = field.selectionEnd;
  return {
    before: field.value.slice(0, end),
    replace: (signs, text) => {
      field.setRangeText(text, end - signs, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
  };
}

function inEditor(): Place | null {
  const selection = document.getSelection();
  const node = selection?.focusNode;
  if (!selection || !(node instanceof Text)) return null;
  const end = selection.focusOffset;
  return {
    before: node.data.slice(0, end),
    replace: (signs, text) => {
      selection.setBaseAndExtent(node, end - signs, node, end);
      // The editor takes this for typing, so that it can be undone like typing.
      document.execCommand("insertText", false, text);
    },
  };
}
