import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

const item = (id: number, text: string): string =>
  `<li data-entry="${id}"><article class="timeline-body">${text}<time>now</time></article></li>`;

interface Told {
  query?: string;
  reader?: string;
  state?: string;
  items?: string;
  token?: string;
  head?: string;
}

function part({ query = "after=1&version=1", reader = "7", state = "open", items = item(1, "one"), token = "old", head = "" }: Told = {}): string {
  return `<div data-controller="live" data-live-url-value="/pulse" data-live-query-value="${query}" data-live-reader-value="${reader}">
      <p role="status" data-live-target="notice" data-comment="new comment" data-change="updated"></p></div>
    <div data-live="facts">${state}</div><div data-live="head">${head}</div>
    <form><input type="hidden" name="csrf_token" value="${token}"><textarea></textarea></form>
    <ol data-live-entries>${items}</ol>`;
}

let asked: string[] = [];
let answer: { status: number; text: string } = { status: 204, text: "" };
let hidden = false;

beforeEach(async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  asked = [];
  answer = { status: 204, text: "" };
  hidden = false;
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    if (answer.status === 0) throw new TypeError("offline");
    return { status: answer.status, text: async () => answer.text };
  });
  Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
  document.head.innerHTML = '<meta name="csrf-token" content="old">';
  await stage(`<div id="case">${part()}</div><template id="refused-signed-out"><p>signed out</p></template>
    <template id="refused-gone"><p>gone</p></template>`);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.innerHTML = "";
});

const pass = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);
const entries = (): (string | undefined)[] => [...document.querySelectorAll<HTMLElement>("[data-entry]")].map((one) => one.dataset["entry"]);

test("it asks every four seconds with what the page was told", async () => {
  await pass(3.9);
  expect(asked).toEqual([]);
  await pass(0.2);
  await pass(4);
  expect(asked).toEqual(["/pulse?after=1&version=1", "/pulse?after=1&version=1"]);
});

test("new entries come on top, are told calmly, and forms are left alone", async () => {
  the<HTMLTextAreaElement>("textarea").value = "half";
  answer = { status: 200, text: part({ query: "after=2&version=2", state: "done", items: item(2, "two") + item(1, "one") }) };
  await pass(4.5);
  expect(entries()).toEqual(["2", "1"]);
  expect(the('[data-live="facts"]').textContent).toBe("done");
  expect(the<HTMLTextAreaElement>("textarea").value).toBe("half");
  expect(the("[role=status]").textContent).toBe("new comment");
  answer = { status: 204, text: "" };
  await pass(4);
  expect(asked.at(-1)).toBe("/pulse?after=2&version=2");
  await pass(10);
  expect(the("[role=status]").textContent).toBe("");
});

test("an entry that is gone goes, and one that reads the same stays", async () => {
  const kept = the('[data-entry="1"]');
  answer = { status: 200, text: part({ items: item(3, "three") + item(2, "two") + item(1, "one") }) };
  await pass(4.1);
  answer = { status: 200, text: part({ items: item(2, "two, taken back") + item(1, "one") }) };
  await pass(4);
  expect(entries()).toEqual(["2", "1"]);
  expect(the('[data-entry="2"]').textContent).toContain("taken back");
  expect(the('[data-entry="1"]')).toBe(kept);
});

test.each([
  ["an open menu", '<details class="menu" open><summary>acts</summary></details>'],
  ["an open dialog", "<dialog open>sure?</dialog>"],
  ["a choice that was not sent", '<select><option selected>a</option><option>b</option></select>'],
  ["a text that was begun", '<input value="">'],
  ["the focus", "<button>press</button>"],
])("a region with %s is left alone until it is free", async (_name, inside) => {
  the('[data-live="head"]').innerHTML = inside;
  const select = document.querySelector("select");
  const field = document.querySelector<HTMLInputElement>('[data-live="head"] input');
  if (select) select.selectedIndex = 1;
  if (field) field.value = "begun";
  document.querySelector<HTMLElement>('[data-live="head"] button')?.focus();
  answer = { status: 200, text: part({ head: "new acts" }) };
  await pass(4.1);
  expect(the('[data-live="head"]').textContent).not.toBe("new acts");
  if (select) select.selectedIndex = 0;
  if (field) field.value = "";
  document.querySelector("details")?.removeAttribute("open");
  document.querySelector("dialog")?.removeAttribute("open");
  (document.activeElement as HTMLElement | null)?.blur();
  document.dispatchEvent(new Event("close"));
  await pass(0.1);
  expect(the('[data-live="head"]').textContent).toBe("new acts");
});

test("whoever is signed out is told so and asked no more, without losing the focus", async () => {
  the("textarea").focus();
  answer = { status: 401, text: "" };
  await pass(4.1);
  expect(the(".message-refused").textContent).toBe("signed out");
  expect(document.activeElement).toBe(the("textarea"));
  await pass(600);
  expect(asked).toHaveLength(1);
});

async function comeBack(told: Told): Promise<void> {
  answer = { status: 401, text: "" };
  await pass(4.1);
  answer = { status: 200, text: part({ ...told, token: "new" }) };
  window.dispatchEvent(new Event("focus"));
  await settled();
}

test("after signing in again elsewhere the page goes on with the tokens of now", async () => {
  await comeBack({});
  expect(asked.at(-1)).toBe("/pulse?after=0&version=0");
  expect(document.querySelector(".message-refused")).toBeNull();
  expect(the<HTMLInputElement>('form input[name="csrf_token"]').value).toBe("new");
  expect(the<HTMLMetaElement>("meta").content).toBe("new");
  const before = asked.length;
  await pass(4.1);
  expect(asked).toHaveLength(before + 1);
});

test("somebody else who signs in gets no token for this page", async () => {
  await comeBack({ reader: "8" });
  expect(the(".message-refused").textContent).toBe("signed out");
  expect(the<HTMLInputElement>('form input[name="csrf_token"]').value).toBe("old");
});

test.each([403, 404])("a page that is not open any more (%i) says so and stops", async (status) => {
  answer = { status, text: "" };
  await pass(4.1);
  expect(the(".message-refused").textContent).toBe("gone");
  window.dispatchEvent(new Event("focus"));
  await pass(600);
  expect(asked).toHaveLength(1);
});

test.each([0, 500, 503])("trouble (%i) makes it ask less and less often", async (status) => {
  answer = { status, text: "" };
  await pass(4.1);
  await pass(7);
  expect(asked).toHaveLength(1);
  await pass(1.2);
  expect(asked).toHaveLength(2);
  await pass(600);
  expect(asked.length).toBeLessThan(12);
  answer = { status: 204, text: "" };
  await pass(121);
  const before = asked.length;
  // Back to the usual pace of a page that nobody has touched for ten minutes.
  await pass(30.1);
  expect(asked).toHaveLength(before + 2);
});

test("a page that nobody looks at, or touches, asks seldom, and at once when somebody comes back", async () => {
  hidden = true;
  await pass(4.1);
  expect(asked).toHaveLength(1);
  await pass(55);
  expect(asked).toHaveLength(1);
  hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  await settled();
  expect(asked).toHaveLength(2);
  await pass(620);
  const quiet = asked.length;
  await pass(30);
  expect(asked.length - quiet).toBeLessThanOrEqual(2);
  document.dispatchEvent(new Event("pointermove"));
  await settled();
  expect(asked.length - quiet).toBeGreaterThan(1);
});

test("a page that is swapped asks no more", async () => {
  the("#case").innerHTML = "";
  await settled();
  await pass(60);
  expect(asked).toEqual([]);
});
