import { discards } from "./discards";

/**
 * A swap replaces the whole part of the page, and in it a text that somebody has begun in another form, such as a note
 * beside the reply that was sent. Such a text goes into its field of the new part.
 */
interface Swap {
  ctx: { sourceElement: unknown; target: unknown };
}

const kept = new Map<string, string>();
// Where somebody is typing on; an editor is not in the new part yet, its field is.
let typedIn = "";

function keep(event: Event): void {
  const { sourceElement, target } = (event as CustomEvent<Swap>).detail.ctx;
  kept.clear();
  typedIn = "";
  if (!(target instanceof Element) || !(sourceElement instanceof Element)) return;
  for (const field of target.querySelectorAll<HTMLTextAreaElement>("textarea[id]")) {
    // Whoever discards the draft of a field does not want its text back.
    if (discards(sourceElement, field.id)) continue;
    if (!sourceElement.contains(field) && field.value !== field.defaultValue) kept.set(field.id, field.value);
  }
  const active = document.activeElement;
  if (active && target.contains(active) && !sourceElement.contains(active)) typedIn = active.id.replace(/-editor$/, "");
}

function giveBack(): void {
  for (const [id, text] of kept) {
    const field = document.getElementById(id);
    if (field instanceof HTMLTextAreaElement && isFree(field)) field.value = text;
  }
  kept.clear();
  const field = typedIn ? document.getElementById(typedIn) : null;
  if (field instanceof HTMLTextAreaElement && document.activeElement !== field) {
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }
}

// Empty, or filled with a draft, which is at best as new as the text that stood here a moment ago.
function isFree(field: HTMLTextAreaElement): boolean {
  return field.value === "" || field.dataset["restored"] !== undefined;
}

document.addEventListener("htmx:before:swap", keep);
document.addEventListener("htmx:after:swap", giveBack);
