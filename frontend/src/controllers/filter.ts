import { Controller } from "@hotwired/stimulus";

/**
 * The filter panel (FILTER-02 to FILTER-06). Its buttons are those of the plain form; this asks the server for the panel
 * alone, so that the list stays where it is, and has operators and values follow the field without a button. `search`
 * narrows a field list to what is typed.
 */
export default class extends Controller<HTMLDetailsElement> {
  static targets = ["form", "part", "search", "plain"];
  declare readonly formTarget: HTMLFormElement;
  declare readonly partTarget: HTMLElement;
  private asking: AbortController | undefined;
  private fields = new WeakMap<HTMLSelectElement, HTMLOptionElement[]>();

  disconnect(): void {
    this.asking?.abort();
  }

  searchTargetConnected(search: HTMLInputElement): void {
    search.hidden = false;
  }

  plainTargetConnected(button: HTMLElement): void {
    button.hidden = true;
  }

  close(event: Event): void {
    event.preventDefault();
    this.element.open = false;
    this.element.querySelector("summary")?.focus();
  }

  press(event: Event): void {
    event.preventDefault();
    const button = event.currentTarget as HTMLButtonElement;
    void this.ask(button.value, button);
  }

  change(event: Event): void {
    const control = event.currentTarget as HTMLElement;
    void this.ask("show", undefined, control.id);
  }

  search(event: Event): void {
    const search = event.currentTarget as HTMLInputElement;
    const list = search.parentElement?.querySelector("select");
    if (!list) return;
    const all = this.fields.get(list) ?? [...list.options];
    this.fields.set(list, all);
    const typed = folded(search.value);
    const chosen = list.value;
    // Browsers differ in what they do with a hidden option; one that is not there is not there in all of them.
    list.replaceChildren(...all.filter(({ value, text }) => value === chosen || folded(text).includes(typed)));
    list.value = chosen;
  }

  /** Asks for the panel as a button would leave it; where that fails, the button does it the plain way. */
  private async ask(act: string, button?: HTMLButtonElement, focus = ""): Promise<void> {
    this.asking?.abort();
    this.asking = new AbortController();
    const entered = new FormData(this.formTarget);
    entered.set("do", act);
    const query = new URLSearchParams([...entered].map(([name, value]) => [name, String(value)]));
    try {
      const answer = await fetch(`${this.formTarget.action}?${query}`, {
        headers: { "HX-Request": "true" },
        signal: this.asking.signal,
      });
      const part = await answer.text();
      if (answer.redirected || !part.includes('data-filter-target="form"')) throw new Error("no panel");
      const late = act === "show" ? this.changedSince(entered) : [];
      const at = this.partTarget.contains(document.activeElement) ? document.activeElement?.id : "";
      this.partTarget.innerHTML = part;
      for (const [name, value] of late) enter(this.formTarget.elements.namedItem(name), value);
      this.settle(at || focus);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      if (button) button.removeAttribute("data-action");
      this.formTarget.requestSubmit(button);
    }
  }

  /** What has been chosen or typed while the server was asked; nobody has to wait for an answer before going on. */
  private changedSince(entered: FormData): [string, string][] {
    const now = [...new FormData(this.formTarget)].map(([name, value]): [string, string] => [name, String(value)]);
    return now.filter(([name, value]) => name !== "do" && entered.getAll(name).length === 1 && entered.get(name) !== value);
  }

  /** Leads the focus on: to what the server names, to the control that was changed, or to what is wrong. */
  private settle(focus: string): void {
    const named = this.partTarget.querySelector<HTMLElement>("dialog[open] [autofocus], [autofocus]");
    const changed = focus ? document.getElementById(focus) : null;
    (named ?? changed ?? this.partTarget.querySelector<HTMLElement>('[aria-invalid="true"]'))?.focus();
  }
}

/** Puts a value into a control, if it can hold it. */
function enter(control: Element | RadioNodeList | null, value: string): void {
  const isOffered = control instanceof HTMLSelectElement && [...control.options].some((option) => option.value === value);
  if (isOffered || control instanceof HTMLInputElement) control.value = value;
}

/** Text in one width and case, so that half and full width find each other. */
function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
