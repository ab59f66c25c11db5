import { expect, test, vi } from "vitest";

import { stage, the } from "./stage";

test("the button is there with the script, and prints", async () => {
  const print = vi.fn();
  vi.stubGlobal("print", print);
  await stage(
    '<span data-controller="print"><button type="button" hidden data-print-target="button" data-action="print#print">印刷</button></span>',
  );
  expect(the("button").hidden).toBe(false);
  the("button").click();
  expect(print).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});
