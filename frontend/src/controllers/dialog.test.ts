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

test("closed, it gives the focus back to the menu that its opener stood in", async () => {
  await stage(`<details><summary>Actions</summary><button command="show-modal" commandfor="sure">Close case</button>
    </details><dialog id="sure" data-controller="dialog" open></dialog>`);
  the<HTMLDialogElement>("#sure").close();
  expect(document.activeElement).toBe(the("summary"));
});
