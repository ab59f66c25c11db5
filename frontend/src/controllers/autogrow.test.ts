import { afterEach, expect, test, vi } from "vitest";

import { stage, the } from "./stage";

afterEach(() => vi.unstubAllGlobals());

function withText(height: number): HTMLTextAreaElement {
  const area = the<HTMLTextAreaElement>("textarea");
  Object.defineProperty(area, "scrollHeight", { value: height, configurable: true });
  area.dispatchEvent(new Event("input"));
  return area;
}

test("the area takes the height of its text", async () => {
  vi.stubGlobal("CSS", { supports: () => false });
  await stage('<textarea data-controller="autogrow"></textarea>');
  expect(withText(240).style.height).toBe("242px");
});

test("a browser that sizes fields itself is left alone", async () => {
  vi.stubGlobal("CSS", { supports: () => true });
  await stage('<textarea data-controller="autogrow"></textarea>');
  expect(withText(240).style.height).toBe("");
});
