import { expect, test } from "vitest";

import { stage, the } from "./stage";

const LINK = '<a href="/cs/profile/mail" data-controller="opener" data-action="opener#open" data-opener-dialog-value="mail">x</a>';

function click(options: MouseEventInit = {}): MouseEvent {
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, ...options });
  the("a").dispatchEvent(event);
  return event;
}

test("the link opens the dialog instead of the page", async () => {
  await stage(`${LINK}<dialog id="mail"></dialog>`);
  expect(click().defaultPrevented).toBe(true);
  expect(the<HTMLDialogElement>("dialog").open).toBe(true);
});

test.each([{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }])("with %o it leads to the page", async (held) => {
  await stage(`${LINK}<dialog id="mail"></dialog>`);
  expect(click(held).defaultPrevented).toBe(false);
  expect(the<HTMLDialogElement>("dialog").open).toBe(false);
});

test("without the dialog it leads to the page", async () => {
  await stage(LINK);
  expect(click().defaultPrevented).toBe(false);
});
