import { expect, test } from "vitest";

import { stage, the } from "./stage";

test("the × appears with the script and takes the message away", async () => {
  await stage(`<p data-controller="dismiss">Saved.
    <button type="button" hidden data-dismiss-target="close" data-action="dismiss#close">×</button></p>`);
  const close = the<HTMLButtonElement>("button");
  expect(close.hidden).toBe(false);
  close.click();
  expect(document.body.textContent).not.toContain("Saved.");
});
