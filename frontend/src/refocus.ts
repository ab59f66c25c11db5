/**
 * A swap takes away the button that was pressed, and the focus with it. Unless the new part asks for the focus (an error
 * summary does, by `autofocus`), it goes to the first field that was refused, or else to the part itself, so that
 * keyboard and screen reader stay where they were.
 */
function refocus(event: Event): void {
  const { target } = (event as CustomEvent<{ ctx: { target: unknown } }>).detail.ctx;
  const lost = !document.activeElement || document.activeElement === document.body;
  if (!lost || !(target instanceof HTMLElement) || !target.isConnected) return;
  const wrong = target.querySelector<HTMLElement>('[aria-invalid="true"]');
  if (wrong) {
    wrong.focus();
    return;
  }
  if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

document.addEventListener("htmx:after:swap", refocus);

export {};
