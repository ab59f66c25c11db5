import { Editor, type JSONContent } from "@tiptap/core";

import type { Inserted } from "../insert";
import { LinkDialog } from "./link_dialog";
import { Pictures } from "./pictures";
import { previews, schema } from "./schema";
import { Toolbar } from "./toolbar";

/** What the editor is made into, and where what is written goes: the fields that the form sends. */
export interface Place {
  frame: HTMLElement;
  form: HTMLFormElement;
  body: HTMLTextAreaElement;
  html: HTMLTextAreaElement;
  /** Attributes of the field that people and their programs know it by. */
  attributes: Record<string, string>;
}

/** The editor in the place of a plain field; without this module the field goes on working as it is. */
export class RichEditor {
  private readonly editor: Editor;
  private readonly toolbar: Toolbar;
  private readonly pictures: Pictures;
  private readonly link: LinkDialog;
  private told = "";

  constructor(private readonly place: Place) {
    const { frame, form, html, body } = place;
    showStored(form);
    this.editor = new Editor({
      element: find(frame, ".editor-text"),
      extensions: schema,
      content: html.value || documentOf(body.value),
      parseOptions: { preserveWhitespace: "full" },
      injectCSS: false,
      editorProps: {
        attributes: { ...place.attributes, class: "rich-text", role: "textbox", "aria-multiline": "true" },
        handleDOMEvents: { keydown: (_view, event) => this.key(event) },
        transformPastedHTML: withoutStyles,
        handlePaste: (_view, event) => this.pictures.take(event.clipboardData),
        handleDrop: (view, event, _slice, isMoved) =>
          !isMoved &&
          this.pictures.take(event.dataTransfer, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? 0),
      },
      onUpdate: () => this.tell(),
    });
    this.pictures = new Pictures(this.editor, form);
    this.link = new LinkDialog(find(frame, "dialog"), this.editor);
    this.toolbar = new Toolbar(find(frame, '[role="toolbar"]'), this.editor, {
      link: () => this.link.open(),
      picture: () => this.pictures.choose(),
    });
    this.told = body.value;
    body.addEventListener("madoguchi:insert", this.insert);
    body.addEventListener("input", this.follow);
  }

  destroy(): void {
    this.place.body.removeEventListener("madoguchi:insert", this.insert);
    this.place.body.removeEventListener("input", this.follow);
    this.toolbar.destroy();
    this.pictures.destroy();
    this.editor.destroy();
  }

  /** Put the cursor behind what has been typed. */
  focus(): void {
    this.editor.commands.setTextSelection(this.editor.state.doc.content.size);
    this.editor.view.focus();
  }

  private tell(): void {
    const { body, html } = this.place;
    const isEmpty = this.editor.isEmpty;
    html.value = isEmpty ? "" : this.editor.getHTML();
    body.value = isEmpty ? "" : this.editor.getText({ blockSeparator: "\n" });
    this.told = body.value;
    // Whoever keeps drafts or tells others that somebody types listens to the field.
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A program of the person, or a key that was pressed while the editor came, may still write into the field behind it.
  private readonly follow = (): void => {
    const { value } = this.place.body;
    if (value !== this.told) this.editor.commands.setContent(documentOf(value), { emitUpdate: true });
  };

  // Before the library's own keys: the Tab key always leaves, in tables and lists as well.
  private key(event: KeyboardEvent): boolean {
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key === "Tab") return true;
    if (event.isComposing) return false;
    if (event.key === "Enter" && isCommand) this.send();
    else if (event.key.toLowerCase() === "k" && isCommand && !event.shiftKey && !event.altKey) this.link.open();
    else if (event.key === "F10" && event.altKey) this.toolbar.focus();
    else return false;
    event.preventDefault();
    return true;
  }

  private send(): void {
    const { form } = this.place;
    form.requestSubmit(form.querySelector<HTMLButtonElement>('button[type="submit"]:not([formaction])'));
  }

  // A canned answer and the like; the event says that it was taken.
  private readonly insert = (event: Event): void => {
    event.preventDefault();
    const { text, link } = (event as CustomEvent<Inserted>).detail;
    const content = text.includes("\n") && !link ? (documentOf(text).content ?? []) : inline(text, link);
    this.editor.view.focus();
    this.editor.chain().insertContent(content).run();
  };
}

/** Words, or the name of a page with a link on it. */
function inline(text: string, link?: Inserted["link"]): JSONContent {
  if (!link) return { type: "text", text };
  return { type: "text", text: link.title, marks: [{ type: "link", attrs: { href: link.href } }] };
}

/** Pictures that the server has already are shown from where the form says that they are. */
function showStored(form: HTMLFormElement): void {
  for (const box of form.querySelectorAll<HTMLInputElement>("input[data-picture]")) {
    if (box.dataset["picture"]) previews.set(box.value, box.dataset["picture"]);
  }
}

/** Plain words as the editor's document: a paragraph for each line. */
function documentOf(text: string): JSONContent {
  const lines = text.split("\n");
  return {
    type: "doc",
    content: lines.map((line) => (line ? { type: "paragraph", content: [{ type: "text", text: line }] } : { type: "paragraph" })),
  };
}

/**
 * What other programs bring without its styles, which the pages' policy would refuse one by one and complain of. Some
 * wrap all of it into a mark for bold text that a style takes back.
 */
export function withoutStyles(html: string): string {
  return html
    .replace(/<b(\s[^>]*font-weight:\s*normal[^>]*)>/gi, "<span$1>")
    .replace(/(<[a-z][^<>]*?)\sstyle\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi, "$1");
}

function find<Kind extends HTMLElement>(within: HTMLElement, wanted: string): Kind {
  const found = within.querySelector<Kind>(wanted);
  if (!found) throw new Error(`the editor's frame has no ${wanted}`);
  return found;
}
