/**
 * Puts text into a field of a form at the cursor. A rich text editor that stands in for the field takes the event and puts the
 * text in itself; otherwise it goes into the field.
 */
export function insertText(field: HTMLTextAreaElement, text: string): void {
  const event = new CustomEvent("madoguchi:insert", { detail: { text }, bubbles: true, cancelable: true });
  if (!field.dispatchEvent(event)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
