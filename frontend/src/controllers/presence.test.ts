import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

let told: [string, boolean][] = [];
let status = 204;
let hidden = false;

beforeEach(async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  told = [];
  status = 204;
  hidden = false;
  vi.stubGlobal("fetch", async (_url: string, sent: { body: FormData; keepalive?: boolean }) => {
    told.push([String(sent.body.get("doing")), sent.keepalive ?? false]);
    return { status };
  });
  Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
  await stage(`<div id="case"><div data-controller="presence" data-presence-url-value="/presence"></div>
    <textarea></textarea><input><select></select></div><textarea id="elsewhere"></textarea>`);
});

afterEach(async () => {
  document.body.innerHTML = "";
  await settled();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);
const type = (selector: string): boolean => the(selector).dispatchEvent(new Event("input", { bubbles: true }));

test("it says every ten seconds that the page is open, and nothing while nobody looks", async () => {
  expect(told).toEqual([["viewing", false]]);
  await pass(20.5);
  expect(told).toHaveLength(3);
  hidden = true;
  await pass(60);
  expect(told).toHaveLength(3);
});

test("it says at once that somebody types, and soon that they have stopped", async () => {
  type("#case textarea");
  type("#case textarea");
  expect(told.map(([doing]) => doing)).toEqual(["viewing", "typing"]);
  await pass(5);
  type("#case textarea");
  await pass(5.5);
  expect(told.at(-1)?.[0]).toBe("typing");
  await pass(1);
  expect(told.at(-1)?.[0]).toBe("viewing");
});

test.each(["#case input", "#case select", "#elsewhere"])("what is chosen or typed in %s is not writing to anybody", (selector) => {
  type(selector);
  expect(told).toEqual([["viewing", false]]);
});

test("the editor's own event is typing too", () => {
  the("#case textarea").dispatchEvent(new CustomEvent("editor:change", { bubbles: true }));
  expect(told.at(-1)?.[0]).toBe("typing");
});

test("whoever leaves says so while the page goes", () => {
  window.dispatchEvent(new Event("pagehide"));
  expect(told.at(-1)).toEqual(["left", true]);
});

test("a page that may not be there says nothing more", async () => {
  status = 401;
  await pass(10.1);
  const before = told.length;
  await pass(60);
  expect(told).toHaveLength(before);
});
