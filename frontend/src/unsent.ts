/**
 * A swap replaces the whole part of the page, and in it a text that somebody has begun in another form, such as a note
 * beside the reply that was sent. Such a text goes into its field of the new part.
 */
interface Swap {
  ctx: { sourceElement: unknown; target: unknown };
}

const kept = new Map<string, string>();

function keep(event: Event): void {
  const { sourceElement, target } = (event as CustomEvent<Swap>).detail.ctx;
  kept.clear();
  if (!(target instanceof Element) || !(sourceElement instanceof Element)) return;
  for (const field of target.querySelectorAll<HTMLTextAreaElement>("textarea[id]")) {
    if (!sourceElement.contains(field) && field.value !== field.defaultValue) kept.set(field.id, field.value);
  }
}

function giveBack(): void {
  for (const [id, text] of kept) {
    const field = document.getElementById(id);
    if (field instanceof HTMLTextAreaElement && field.value === "") field.value = text;
  }
  kept.clear();
}

document.addEventListener("htmx:before:swap", keep);
document.addEventListener("htmx:after:swap", giveBack);

export {};
