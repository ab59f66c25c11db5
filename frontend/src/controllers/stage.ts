import { Application } from "@hotwired/stimulus";

import { controllers } from ".";

let application: Application | undefined;

/** For tests: puts markup on the page and wakes its controllers as the browser would. */
export async function stage(markup: string): Promise<void> {
  // Stopping alone disconnects no controller: what the last one listens to on the document goes with its element.
  document.body.innerHTML = "";
  await settled();
  application?.stop();
  document.body.innerHTML = markup;
  application = Application.start();
  for (const [name, controller] of Object.entries(controllers)) application.register(name, controller);
  await settled();
}

/** Stimulus answers changes of the page in a microtask of its own. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

export function the<Kind extends HTMLElement = HTMLElement>(selector: string): Kind {
  const found = document.querySelector<Kind>(selector);
  if (!found) throw new Error(`nothing matches ${selector}`);
  return found;
}

export function press(target: Element | Document, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}
