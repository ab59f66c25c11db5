import type { Editor } from "@tiptap/core";

import { previews } from "./schema";

const PASTED = /^image\/(png|jpeg|gif|webp)$/;

/**
 * Pictures that are pasted, dropped or chosen go the way of every file of the form (controllers/uploader.ts) and become
 * attachments; in the text they are shown from this very window until the server has them (CASE-08).
 */
export class Pictures {
  private readonly waiting = new Map<File, string>();

  constructor(
    private readonly editor: Editor,
    private readonly form: HTMLFormElement,
  ) {
    form.addEventListener("uploader:whole", this.arrived);
  }

  destroy(): void {
    this.form.removeEventListener("uploader:whole", this.arrived);
  }

  /** Take the files of a clipboard or a drop; tells whether there were any. */
  take(data: DataTransfer | null, at?: number): boolean {
    const files = [...(data?.files ?? [])];
    // A program that brings words brings a picture of them as well, which nobody wants.
    if (files.length === 0 || (at === undefined && data?.types.includes("text/plain"))) return false;
    return this.add(at === undefined ? files.map(named) : files, at);
  }

  add(files: File[], at?: number): boolean {
    if (!this.form.querySelector('[data-controller~="uploader"]')) return false;
    this.editor.view.focus();
    for (const file of files.filter((one) => PASTED.test(one.type))) {
      const src = URL.createObjectURL(file);
      this.waiting.set(file, src);
      const node = { type: "image", attrs: { src, alt: file.name.replace(/[<>"]/g, "") } };
      const chain = this.editor.chain();
      (at === undefined ? chain.insertContent(node) : chain.insertContentAt(at, node)).run();
    }
    this.form.dispatchEvent(new CustomEvent("uploader:add", { detail: { files } }));
    return true;
  }

  choose(): void {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/png,image/jpeg,image/gif,image/webp";
    input.multiple = true;
    input.addEventListener("change", () => this.add([...(input.files ?? [])]));
    input.click();
  }

  private readonly arrived = (event: Event): void => {
    const { file, token } = (event as CustomEvent<{ file: File; token: string }>).detail;
    const src = this.waiting.get(file);
    if (!src) return;
    this.waiting.delete(file);
    previews.set(token, src);
    const { tr, doc } = this.editor.state;
    doc.descendants((node, place) => {
      if (node.type.name === "image" && node.attrs["src"] === src) tr.setNodeAttribute(place, "file", token);
    });
    this.editor.view.dispatch(tr.setMeta("addToHistory", false));
  };
}

/** Clipboards call every picture alike; so does the specification. */
function named(file: File): File {
  const [, kind = "png"] = /^image\/(\w+)$/.exec(file.type) ?? [];
  if (!PASTED.test(file.type)) return file;
  const ending = kind === "jpeg" ? "jpg" : kind;
  return new File([file], `Pasted image.${ending}`, { type: file.type, lastModified: file.lastModified });
}
