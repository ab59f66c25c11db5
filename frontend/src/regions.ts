/**
 * The parts of an open page that follow what happens elsewhere (`data-live`), and the entries of its timeline. An answer
 * of the server holds the page's part anew; only what differs is put in, and nothing that somebody is busy with.
 */
const DIRTY = "input, select, textarea";

/** Puts in the regions of `fresh` that differ; returns those that were busy, to be tried again. */
export function renewRegions(page: ParentNode, fresh: Iterable<HTMLElement>, wake: (part: HTMLElement) => void): HTMLElement[] {
  const waiting: HTMLElement[] = [];
  for (const region of fresh) {
    const old = page.querySelector<HTMLElement>(`[data-live="${region.dataset["live"]}"]`);
    if (!old || signature(old) === signature(region)) continue;
    if (isBusy(old)) {
      waiting.push(region);
      continue;
    }
    const open = [...old.querySelectorAll("details")].map((one) => one.open);
    const next = document.importNode(region, true);
    next.querySelectorAll("details").forEach((one, index) => (one.open ||= open[index] ?? false));
    old.replaceWith(next);
    wake(next);
  }
  return waiting;
}

/** Brings the timeline up to date: new entries on top, and none that are gone; returns the new ones. */
export function renewEntries(old: Element, fresh: Element): HTMLElement[] {
  const here = entriesOf(old);
  const there = entriesOf(fresh);
  const oldest = Math.min(...there.keys());
  for (const [id, entry] of here) {
    const next = there.get(id);
    if (!next && id >= oldest) entry.remove();
    else if (next && timeless(next) !== timeless(entry)) entry.replaceWith(document.importNode(next, true));
  }
  const added = [...there].filter(([id]) => !here.has(id)).map(([, entry]) => document.importNode(entry, true));
  old.prepend(...added);
  return added;
}

/** Whether a region holds the focus, an open menu or dialog, or a choice that was not sent yet. */
function isBusy(region: HTMLElement): boolean {
  if (region.contains(document.activeElement)) return true;
  if (region.querySelector("dialog[open], details.menu[open]")) return true;
  return [...region.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(DIRTY)].some(isChanged);
}

function isChanged(field: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): boolean {
  if (field instanceof HTMLSelectElement) {
    const first = Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
    return field.selectedIndex !== first;
  }
  return field.value !== field.defaultValue || (field instanceof HTMLInputElement && field.checked !== field.defaultChecked);
}

// Texts, and of the markup what decides where things lead; what controllers have changed in the page does not count.
function signature(region: HTMLElement): string {
  const told = [...region.querySelectorAll("a[href], form[action], option[selected]")].map(
    (one) => one.getAttribute("href") ?? one.getAttribute("action") ?? one.getAttribute("value"),
  );
  return [region.dataset["sign"] ?? "", wordsOf(region), ...told].join("\n");
}

function wordsOf(part: Element): string {
  return (part.textContent ?? "").replace(/\s+/g, " ").trim();
}

// How long ago something was changes by itself.
function timeless(entry: HTMLElement): string {
  const still = entry.cloneNode(true) as HTMLElement;
  for (const time of still.querySelectorAll("time")) time.remove();
  return wordsOf(still);
}

function entriesOf(list: Element): Map<number, HTMLElement> {
  const found = [...list.querySelectorAll<HTMLElement>(":scope > [data-entry]")];
  return new Map(found.map((entry) => [Number(entry.dataset["entry"]), entry]));
}
