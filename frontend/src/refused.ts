/**
 * An act that was refused as a whole (signed out meanwhile, a stale token, a busy or broken server) must not cost the
 * text that was typed: the page stays as it is, and a message from the page's own templates says what to do. Refusals of
 * a form's fields come as 409 and 422 with the form in them and are swapped like any answer.
 */
interface Asked {
  ctx: { target: unknown; response: { status: number } };
}

const SWAPPED = new Set([409, 422]);
const OF_STATUS: Record<number, string> = { 401: "refused-signed-out", 413: "refused-too-large" };

function showRefusal(event: Event): void {
  const { target, response } = (event as CustomEvent<Asked>).detail.ctx;
  if (response.status < 400 || SWAPPED.has(response.status)) return;
  event.preventDefault();
  sayRefused(OF_STATUS[response.status] ?? "refused", target)?.focus();
}

/** Puts the message of a template at the head of a part of the page, in place of an earlier one. */
export function sayRefused(wanted: string, target: unknown): HTMLElement | null {
  const template = document.getElementById(wanted);
  const place = target instanceof Element ? target : document.querySelector("main");
  if (!(template instanceof HTMLTemplateElement) || !place) return null;
  takeBackRefusal(place);
  const box = document.createElement("div");
  box.className = "message-refused";
  box.tabIndex = -1;
  box.append(template.content.cloneNode(true));
  place.prepend(box);
  return box;
}

/** Takes away what {@link sayRefused} has put there, once it does not hold any more. */
export function takeBackRefusal(place: Element): void {
  place.querySelector(":scope > .message-refused")?.remove();
}

document.addEventListener("htmx:after:request", showRefusal);
