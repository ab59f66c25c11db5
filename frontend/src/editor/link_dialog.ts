import type { Editor } from "@tiptap/core";

import { addressOf } from "./schema";

/** Asks for the address of a link; the words are those that are selected, or the address itself. */
export class LinkDialog {
  private readonly input: HTMLInputElement;
  private readonly problem: HTMLElement;

  constructor(
    private readonly dialog: HTMLDialogElement,
    private readonly editor: Editor,
  ) {
    this.input = part(dialog, "address");
    this.problem = part(dialog, "problem");
    part(dialog, "take").addEventListener("click", this.take);
    part(dialog, "leave").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => editor.view.focus());
    // The dialog stands within the form, which Enter would send; and what is typed here is no text of the form.
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" || event.target !== this.input || event.isComposing) return;
      event.preventDefault();
      this.take();
    });
    dialog.addEventListener("input", (event) => event.stopPropagation());
  }

  open(): void {
    this.input.value = String(this.editor.getAttributes("link")["href"] ?? "");
    this.say(false);
    this.dialog.showModal();
    this.input.select();
  }

  private readonly take = (): void => {
    const href = addressOf(this.input.value);
    this.say(href === null);
    if (href === null) {
      this.input.focus();
      return;
    }
    this.dialog.close();
    this.editor.view.focus();
    const chain = this.editor.chain().extendMarkRange("link");
    if (this.editor.state.selection.empty && !this.editor.isActive("link")) {
      chain.insertContent([{ type: "text", text: href.replace(/^mailto:/, ""), marks: [{ type: "link", attrs: { href } }] }]).run();
    } else {
      chain.setLink({ href }).run();
    }
  };

  private say(isWrong: boolean): void {
    this.problem.hidden = !isWrong;
    this.input.toggleAttribute("aria-invalid", isWrong);
  }
}

function part<Kind extends HTMLElement>(dialog: HTMLElement, name: string): Kind {
  const found = dialog.querySelector<Kind>(`[data-part="${name}"]`);
  if (!found) throw new Error(`the dialog of links has no part ${name}`);
  return found;
}
