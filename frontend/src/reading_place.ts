/**
 * Changes a page without moving what somebody reads or types in it: what has the focus, or else the first thing in
 * sight, stays where it is on the screen. Browsers do this by themselves in part only (layouts/_shell.scss turns it off).
 */
const MARKS = "[data-entry], textarea, h2";

export function keepPlace(page: Element, change: () => void): void {
  const mark = markOf(page);
  const before = mark?.getBoundingClientRect().top ?? 0;
  change();
  if (!mark?.isConnected) return;
  const moved = mark.getBoundingClientRect().top - before;
  if (Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: "instant" });
}

function markOf(page: Element): Element | undefined {
  const active = document.activeElement;
  if (active && page.contains(active) && isInSight(active)) return active;
  // At the very top of the page nothing is being read that what is new could push away.
  if (window.scrollY <= 0) return undefined;
  return [...page.querySelectorAll(MARKS)].find((one) => !one.closest("[data-live]") && isInSight(one));
}

function isInSight(element: Element): boolean {
  const { top, bottom, height } = element.getBoundingClientRect();
  return height > 0 && bottom > 0 && top < window.innerHeight;
}
