import { expect, test } from "vitest";

import { stage, the } from "./stage";

const PAGE = `
  <button id="opener" type="button" command="show-modal" commandfor="sure"><span>Close case</span></button>
  <button id="other" type="button" command="show-modal" commandfor="else">Other</button>
  <dialog id="sure" data-controller="dialog">
    <button id="cancel" type="button" command="close" commandfor="sure">Cancel</button>
  </dialog>`;

test("the buttons open and close it where the browser does not know commands", async () => {
  await stage(PAGE);
  const dialog = the<HTMLDialogElement>("#sure");
  the("#other").click();
  expect(dialog.open).toBe(false);
  the("#opener span").click();
  expect(dialog.open).toBe(true);
  the("#cancel").click();
  expect(dialog.open).toBe(false);
});

test("a dialog that arrives open becomes a modal one", async () => {
  await stage('<dialog id="sure" data-controller="dialog" open></dialog>');
  expect(the<HTMLDialogElement>("#sure").open).toBe(true);
});
