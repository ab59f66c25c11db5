/**
 * Puts text into a field of a form at the cursor. A rich text editor that stands in for the field takes the event and puts the
 * text in itself; otherwise it goes into the field.
 */
export function insertText(field: HTMLTextAreaElement, text: string): void {
  put(field, { text });
}

/** Puts a link in: the editor makes one of the title, a plain field holds title and address. */
export function insertLink(field: HTMLTextAreaElement, title: string, href: string): void {
  put(field, { text: `${title} ${href}`, link: { title, href } });
}

/** What `madoguchi:insert` tells. */
export interface Inserted {
  text: string;
  link?: { title: string; href: string };
}

function put(field: HTMLTextAreaElement, detail: Inserted): void {
  const { text } = detail;
  const event = new CustomEvent("madoguchi:insert", { detail, bubbles: true, cancelable: true });
  if (!field.dispatchEvent(event)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
