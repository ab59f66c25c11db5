import { Controller } from "@hotwired/stimulus";

import type { RichEditor } from "../editor";

const AT_LATEST = 3_000;
const COMPOSING = ["compositionstart", "compositionend"];
// What the editor has to be called and described by, as the field was.
const CARRIED = ["aria-describedby", "aria-invalid", "aria-required"];

/**
 * A plain field becomes a rich text editor as soon as the browser has nothing better to do, or when somebody goes there.
 * Until then, and without script, the field itself is used; both fields are always ready to be sent.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["body", "html", "frame"];

  declare readonly bodyTarget: HTMLTextAreaElement;
  declare readonly htmlTarget: HTMLTextAreaElement;
  declare readonly frameTarget: HTMLTemplateElement;

  private editor: RichEditor | null = null;
  private isComing = false;
  private isGone = false;
  private isComposing = false;

  connect(): void {
    this.isGone = false;
    this.element.addEventListener("focusin", this.come);
    for (const kind of COMPOSING) this.bodyTarget.addEventListener(kind, this.compose);
    if ("requestIdleCallback" in window) requestIdleCallback(this.come, { timeout: AT_LATEST });
    else setTimeout(this.come, AT_LATEST);
  }

  disconnect(): void {
    this.isGone = true;
    this.isComing = false;
    this.element.removeEventListener("focusin", this.come);
    this.editor?.destroy();
    this.editor = null;
  }

  private readonly compose = (event: Event): void => {
    this.isComposing = event.type === "compositionstart";
  };

  private readonly come = (): void => {
    if (this.isComing || this.isGone) return;
    this.isComing = true;
    // Without the network the plain field stays, and goes on working.
    import("../editor").then(
      ({ RichEditor: Made }) => this.takeOver(Made),
      () => undefined,
    );
  };

  private takeOver(Made: typeof RichEditor): void {
    const form = this.element.closest("form");
    if (this.isGone || this.editor || !form) return;
    if (this.isComposing) {
      // A word that is being put together is not taken away from under the fingers.
      this.bodyTarget.addEventListener("compositionend", () => setTimeout(() => this.takeOver(Made)), { once: true });
      return;
    }
    const hadFocus = document.activeElement === this.bodyTarget;
    const frame = this.frameTarget.content.firstElementChild?.cloneNode(true) as HTMLElement;
    const attributes = this.carried();
    const body = this.bodyTarget;
    body.after(frame);
    this.editor = new Made({ frame, form, body, html: this.htmlTarget, attributes });
    body.hidden = true;
    body.removeAttribute("data-key");
    this.label?.removeAttribute("for");
    this.label?.addEventListener("click", () => this.editor?.focus());
    if (hadFocus) this.editor.focus();
  }

  private get label(): HTMLLabelElement | null {
    return this.element.querySelector<HTMLLabelElement>(`label[for="${this.bodyTarget.id}"], #${this.bodyTarget.id}-label`);
  }

  private carried(): Record<string, string> {
    const label = this.label;
    const told: Record<string, string> = { id: `${this.bodyTarget.id}-editor` };
    if (label) {
      label.id ||= `${this.bodyTarget.id}-label`;
      told["aria-labelledby"] = label.id;
    }
    for (const name of CARRIED) {
      const value = this.bodyTarget.getAttribute(name);
      if (value !== null) told[name] = value;
    }
    const key = this.bodyTarget.dataset["key"];
    if (key) told["data-key"] = key;
    return told;
  }
}
