import { beforeEach, expect, test, vi } from "vitest";

import { stage, the } from "./stage";

let followed = 0;

beforeEach(async () => {
  followed = 0;
  await stage(`<table data-controller="row-link"><tbody>
    <tr data-href="/1"><td><a href="#1">1</a></td><td id="cell">subject</td><td><button>act</button></td></tr>
    <tr><td id="dead">no link</td></tr></tbody></table>`);
  the("a").addEventListener("click", () => (followed += 1));
});

test("a click on the row follows its link", () => {
  the("#cell").click();
  expect(followed).toBe(1);
});

test("a control in the row keeps its own click, and the link is followed once", () => {
  the("button").click();
  expect(followed).toBe(0);
  the("a").click();
  expect(followed).toBe(1);
});

test("with Ctrl it opens beside", () => {
  const open = vi.spyOn(window, "open").mockReturnValue(null);
  the("#cell").dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
  expect(open).toHaveBeenCalledOnce();
  expect(followed).toBe(0);
});

test("a row without a link does nothing", () => {
  the("#dead").click();
  expect(followed).toBe(0);
});
