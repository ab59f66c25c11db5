import type { Editor } from "@tiptap/core";

import { holds, isPossible, perform } from "./acts";

const TOOL = "[data-tool], [data-menu]";

/**
 * The toolbar of CASE-06: one stop of the Tab key, arrow keys within it, menus that open below their button. What tools
 * do stands in acts.ts; those that need a question (`ask`) are handed to whoever made the toolbar.
 */
export class Toolbar {
  private current: HTMLButtonElement | undefined;

  constructor(
    private readonly bar: HTMLElement,
    private readonly editor: Editor,
    private readonly ask: Record<string, () => void>,
  ) {
    this.current = this.tools[0];
    bar.addEventListener("click", this.click);
    bar.addEventListener("keydown", this.key);
    bar.addEventListener("focusout", this.left);
    // The text keeps its selection while a tool is pressed with the mouse.
    bar.addEventListener("mousedown", (event) => event.preventDefault());
    document.addEventListener("click", this.outside);
    editor.on("transaction", this.show);
    this.show();
  }

  destroy(): void {
    document.removeEventListener("click", this.outside);
    this.editor.off("transaction", this.show);
  }

  focus(): void {
    this.current?.focus();
  }

  private get tools(): HTMLButtonElement[] {
    return [...this.bar.querySelectorAll<HTMLButtonElement>(`:scope > :is(${TOOL})`)];
  }

  private get menus(): HTMLElement[] {
    return [...this.bar.querySelectorAll<HTMLElement>('[role="menu"]')];
  }

  private readonly click = (event: Event): void => {
    const pressed = (event.target as Element).closest<HTMLButtonElement>(TOOL);
    if (!pressed || pressed.getAttribute("aria-disabled") === "true") return;
    this.stand(pressed.closest('[role="menu"]') ? this.current : pressed);
    if (pressed.dataset["menu"]) {
      const menu = this.menuOf(pressed);
      if (menu.hidden) this.open(pressed, menu);
      else this.close();
      return;
    }
    this.close();
    const { tool = "", value = "" } = pressed.dataset;
    const question = this.ask[tool];
    if (question) question();
    else perform(this.editor, tool, value);
  };

  private readonly key = (event: KeyboardEvent): void => {
    const menu = (event.target as Element).closest<HTMLElement>('[role="menu"]');
    if (menu) this.keyInMenu(event, menu);
    else this.keyInBar(event);
  };

  private keyInBar(event: KeyboardEvent): void {
    const tools = this.tools;
    const here = this.current ? tools.indexOf(this.current) : 0;
    const goal = { ArrowRight: here + 1, ArrowLeft: here - 1 + tools.length, Home: 0, End: tools.length - 1 }[event.key];
    if (goal !== undefined) {
      event.preventDefault();
      this.stand(tools[goal % tools.length]);
      this.focus();
    } else if (event.key === "Escape") {
      this.editor.view.focus();
      event.preventDefault();
    } else if (event.key === "ArrowDown" && this.current?.dataset["menu"]) {
      event.preventDefault();
      this.open(this.current, this.menuOf(this.current));
    }
  }

  private keyInMenu(event: KeyboardEvent, menu: HTMLElement): void {
    const items = [...menu.querySelectorAll<HTMLElement>("[data-tool]")];
    const here = items.indexOf(document.activeElement as HTMLElement);
    const goal = { ArrowDown: here + 1, ArrowUp: here - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    if (goal !== undefined) {
      event.preventDefault();
      items[goal % items.length]?.focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.focus();
    }
  }

  private open(button: HTMLButtonElement, menu: HTMLElement): void {
    this.close();
    this.stand(button);
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    const room = this.bar.clientWidth - menu.offsetWidth;
    menu.style.left = `${Math.max(0, Math.min(button.offsetLeft, room))}px`;
    menu.style.top = `${button.offsetTop + button.offsetHeight + 4}px`;
    const chosen = menu.querySelector<HTMLElement>('[aria-checked="true"]');
    (chosen ?? menu.querySelector<HTMLElement>("[data-tool]"))?.focus();
  }

  private close(): void {
    for (const menu of this.menus) menu.hidden = true;
    for (const button of this.bar.querySelectorAll("[data-menu]")) button.setAttribute("aria-expanded", "false");
  }

  private menuOf(button: HTMLElement): HTMLElement {
    const menu = this.menus.find((one) => one.dataset["for"] === button.dataset["menu"]);
    if (!menu) throw new Error(`the toolbar has no menu ${button.dataset["menu"]}`);
    return menu;
  }

  private readonly left = (event: FocusEvent): void => {
    if (event.relatedTarget && !this.bar.contains(event.relatedTarget as Node)) this.close();
  };

  private readonly outside = (event: Event): void => {
    if (!this.bar.contains(event.target as Node)) this.close();
  };

  /** One tool alone is a stop of the Tab key: the one that was used last. */
  private stand(tool: HTMLButtonElement | undefined): void {
    this.current = tool ?? this.current;
    for (const other of this.tools) other.tabIndex = other === this.current ? 0 : -1;
  }

  private readonly show = (): void => {
    for (const tool of this.bar.querySelectorAll<HTMLElement>("[data-tool]")) {
      const { tool: name = "", value = "" } = tool.dataset;
      const state = tool.getAttribute("role") === "menuitemradio" ? "aria-checked" : "aria-pressed";
      if (tool.hasAttribute(state)) tool.setAttribute(state, String(holds(this.editor, name, value)));
      if (isPossible(this.editor, name, value)) tool.removeAttribute("aria-disabled");
      else tool.setAttribute("aria-disabled", "true");
    }
  };
}
