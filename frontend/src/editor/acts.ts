import type { ChainedCommands, Editor } from "@tiptap/core";

import { LOOKS, type Look } from "./schema";

/** What a tool of the toolbar does, whether it holds where the cursor is, and whether it can be done there. */
interface Act {
  run(chain: ChainedCommands, value: string): ChainedCommands;
  holds?(editor: Editor, value: string): boolean;
}

function paragraph(chain: ChainedCommands, value: string): ChainedCommands {
  return value ? chain.setHeading({ level: Number(value) as 2 | 3 | 4 }) : chain.setParagraph();
}

function look(name: Look): Act {
  return {
    run: (chain, value) => chain.setMark("textStyle", { [name]: value || null }).removeEmptyTextStyle(),
    holds: (editor, value) => (value ? editor.isActive("textStyle", { [name]: value }) : !hasLook(editor, name)),
  };
}

function hasLook(editor: Editor, name: Look): boolean {
  return LOOKS[name].some((choice) => editor.isActive("textStyle", { [name]: choice }));
}

export const ACTS: Record<string, Act> = {
  undo: { run: (chain) => chain.undo() },
  redo: { run: (chain) => chain.redo() },
  paragraph: {
    run: paragraph,
    holds: (editor, value) => (value ? editor.isActive("heading", { level: Number(value) }) : editor.isActive("paragraph")),
  },
  font: look("font"),
  size: look("size"),
  back: look("back"),
  color: look("color"),
  bold: { run: (chain) => chain.toggleBold(), holds: (editor) => editor.isActive("bold") },
  italic: { run: (chain) => chain.toggleItalic(), holds: (editor) => editor.isActive("italic") },
  underline: { run: (chain) => chain.toggleUnderline(), holds: (editor) => editor.isActive("underline") },
  strike: { run: (chain) => chain.toggleStrike(), holds: (editor) => editor.isActive("strike") },
  bullets: { run: (chain) => chain.toggleBulletList(), holds: (editor) => editor.isActive("bulletList") },
  numbers: { run: (chain) => chain.toggleOrderedList(), holds: (editor) => editor.isActive("orderedList") },
  deeper: { run: (chain) => chain.sinkListItem("listItem") },
  higher: { run: (chain) => chain.liftListItem("listItem") },
  quote: { run: (chain) => chain.toggleBlockquote(), holds: (editor) => editor.isActive("blockquote") },
  code: { run: (chain) => chain.toggleCode(), holds: (editor) => editor.isActive("code") },
  codeblock: { run: (chain) => chain.toggleCodeBlock(), holds: (editor) => editor.isActive("codeBlock") },
  rule: { run: (chain) => chain.setHorizontalRule() },
  plain: { run: (chain) => chain.unsetAllMarks().clearNodes() },
  unlink: { run: (chain) => chain.extendMarkRange("link").unsetLink() },
  selection: { run: (chain) => chain.deleteSelection() },
  table: { run: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }) },
  rowAbove: { run: (chain) => chain.addRowBefore() },
  rowBelow: { run: (chain) => chain.addRowAfter() },
  columnLeft: { run: (chain) => chain.addColumnBefore() },
  columnRight: { run: (chain) => chain.addColumnAfter() },
  deleteRow: { run: (chain) => chain.deleteRow() },
  deleteColumn: { run: (chain) => chain.deleteColumn() },
  mergeCells: { run: (chain) => chain.mergeCells() },
  splitCell: { run: (chain) => chain.splitCell() },
  headerRow: { run: (chain) => chain.toggleHeaderRow() },
  deleteTable: { run: (chain) => chain.deleteTable() },
};

/** Do an act where the cursor is, and go back to the text. */
export function perform(editor: Editor, name: string, value: string): void {
  const act = ACTS[name];
  if (!act) return;
  // At once: the library's own way waits for a frame, and would set the cursor back under somebody who types on.
  editor.view.focus();
  act.run(editor.chain(), value).run();
}

export function holds(editor: Editor, name: string, value: string): boolean {
  return ACTS[name]?.holds?.(editor, value) ?? false;
}

// Looks and paragraph styles can be chosen anywhere; asking would cost more than it tells.
const ALWAYS = new Set(["paragraph", "font", "size", "back", "color", "plain"]);

export function isPossible(editor: Editor, name: string, value: string): boolean {
  const act = ACTS[name];
  return !act || ALWAYS.has(name) || act.run(editor.can().chain(), value).run();
}
