import { type Extensions, mergeAttributes } from "@tiptap/core";
import { Image } from "@tiptap/extension-image";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { TextStyle } from "@tiptap/extension-text-style";
import { StarterKit } from "@tiptap/starter-kit";

/**
 * What a text may be made of: the same elements and looks that the server lets through (app/richtext/palette.py). Looks
 * are classes, never styles of an element's own, which the pages' policy refuses.
 */
export const LOOKS = {
  color: ["red", "orange", "green", "blue", "purple", "grey"],
  back: ["yellow", "green", "blue", "red", "grey"],
  font: ["serif", "mono"],
  size: ["s", "l", "xl"],
} as const;

export type Look = keyof typeof LOOKS;

const ADDRESS = /^(?:https?:\/\/|mailto:)[^\s<>"'`\\]+$/i;

/** An address as the server takes it, or nothing; whoever leaves out the scheme means https or a mail. */
export function addressOf(typed: string): string | null {
  const text = typed.trim();
  if (ADDRESS.test(text)) return text;
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(text)) return `mailto:${text}`;
  const guessed = `https://${text}`;
  return /^[^\s/:]+\.[^\s/:]+(?:[/:?#]\S*)?$/.test(text) && ADDRESS.test(guessed) ? guessed : null;
}

function look(name: Look) {
  const choices: readonly string[] = LOOKS[name];
  return {
    default: null,
    parseHTML: (element: HTMLElement) => choices.find((choice) => element.classList.contains(`rt-${name}-${choice}`)) ?? null,
    renderHTML: (attributes: Record<string, unknown>) =>
      attributes[name] ? { class: `rt-${name}-${String(attributes[name])}` } : {},
  };
}

const Looks = TextStyle.extend({
  addAttributes: () => ({ color: look("color"), back: look("back"), font: look("font"), size: look("size") }),
  parseHTML: () => [{ tag: 'span[class*="rt-"]' }],
});

// Tables and cells without the widths that the library writes as styles.
const PlainTable = Table.extend({
  renderHTML: () => ["table", ["tbody", 0]],
  addNodeView: () => null,
});

const cell = {
  addAttributes: () => ({
    colspan: { default: 1 },
    rowspan: { default: 1 },
    colwidth: { default: null, parseHTML: () => null, renderHTML: () => ({}) },
  }),
};

/** Pictures that were shown before they were stored, by token: a form that comes back shows them again. */
export const previews = new Map<string, string>();

const Picture = Image.extend({
  addAttributes: () => ({
    file: {
      default: null,
      parseHTML: (element: HTMLElement) => element.getAttribute("data-file"),
      renderHTML: (attributes: Record<string, unknown>) => (attributes["file"] ? { "data-file": attributes["file"] } : {}),
    },
    alt: { default: "" },
    src: {
      default: null,
      parseHTML: (element: HTMLElement) => previews.get(element.getAttribute("data-file") ?? "") ?? null,
    },
  }),
  parseHTML: () => [{ tag: "img[data-file]" }],
  renderHTML: ({ HTMLAttributes }) => ["img", mergeAttributes(HTMLAttributes)],
  renderText: ({ node }) => `[${String(node.attrs["alt"])}]`,
  addInputRules: () => [],
}).configure({ inline: true });

export const schema: Extensions = [
  StarterKit.configure({
    heading: { levels: [2, 3, 4] },
    link: {
      openOnClick: false,
      defaultProtocol: "https",
      HTMLAttributes: { target: null, rel: "noopener nofollow" },
      isAllowedUri: (address) => ADDRESS.test(address),
    },
    trailingNode: false,
  }),
  Looks,
  PlainTable,
  TableRow,
  TableHeader.extend(cell),
  TableCell.extend(cell),
  Picture,
];
