import { expect, test } from "vitest";

import { settled, stage, the } from "./stage";

const region = (key: string): string =>
  `<div data-live="message" data-controller="state-message" data-state-message-key-value="${key}" data-action="dismiss:closed->state-message#keepAway">
    <div class="message" data-controller="dismiss"><button type="button" data-dismiss-target="close" data-action="dismiss#close" hidden>×</button></div>
  </div>`;

const isShown = (): boolean => document.querySelector(".message") !== null;

async function renew(key: string): Promise<void> {
  the("[data-live]").outerHTML = region(key);
  await settled();
}

test("a message that was put away comes neither with an update nor with a swap, but with the next state", async () => {
  await stage(region("CS1 resolved"));
  expect(isShown()).toBe(true);
  the("button").click();
  await renew("CS1 resolved");
  expect(isShown()).toBe(false);
  await renew("CS1 awaiting");
  expect(isShown()).toBe(true);
  // It asks anew, so it is said anew.
  await renew("CS1 resolved");
  expect(isShown()).toBe(true);
});
