import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

let room = 3;
let resized: () => void = () => undefined;

class Watch {
  constructor(callback: () => void) {
    resized = callback;
  }
  observe(): void {}
  disconnect(): void {}
}

beforeEach(async () => {
  vi.stubGlobal("ResizeObserver", Watch);
  await stage(`<nav><ul><li>a</li><li>b</li><li>c</li></ul><details hidden><ul></ul></details></nav>`);
  const nav = the("nav");
  nav.style.position = "static";
  Object.defineProperty(nav, "clientWidth", { get: () => room });
  Object.defineProperty(nav, "scrollWidth", {
    get: () => the("nav > ul").children.length + (the("details").hidden ? 0 : 1),
  });
  the("nav > ul").dataset["overflowTarget"] = "list";
  the("details").dataset["overflowTarget"] = "more";
  the("details ul").dataset["overflowTarget"] = "rest";
  nav.dataset["controller"] = "overflow";
  await settled();
});

afterEach(() => vi.unstubAllGlobals());

function arranged(width: number): string[] {
  room = width;
  resized();
  return [the("nav > ul").textContent ?? "", the("details ul").textContent ?? ""];
}

test("what does not fit goes under …, in its order, and comes back", () => {
  expect(arranged(3)).toEqual(["abc", ""]);
  expect(the("details").hidden).toBe(true);
  expect(arranged(2)).toEqual(["a", "bc"]);
  expect(the("details").hidden).toBe(false);
  expect(arranged(9)).toEqual(["abc", ""]);
});

test("the narrow sheet holds all entries", () => {
  the("nav").style.position = "fixed";
  expect(arranged(1)).toEqual(["abc", ""]);
});
