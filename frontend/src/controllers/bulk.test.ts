import { beforeEach, expect, test } from "vitest";

import { press, stage, the } from "./stage";

const ROW = (n: number): string =>
  `<tr><td><input type="checkbox" id="row-${n}" data-bulk-target="row" data-action="bulk#row"></td><td><a href="#${n}" id="link-${n}">${n}</a></td></tr>`;

beforeEach(async () => {
  await stage(`<div data-controller="keys"></div><div data-controller="bulk" data-bulk-words-value="{n} selected">
    <form><input type="checkbox" id="all" data-bulk-target="all" data-action="bulk#all">
    <span id="count" data-bulk-target="count" hidden></span></form>
    <table><tbody>${ROW(1)}${ROW(2)}</tbody></table></div>`);
});

const box = (id: string): HTMLInputElement => the<HTMLInputElement>(`#${id}`);

test("the box for the page ticks every row and takes every tick away", () => {
  box("all").click();
  expect([box("row-1").checked, box("row-2").checked]).toEqual([true, true]);
  expect(the("#count").textContent).toBe("2 selected");
  box("all").click();
  expect(box("row-2").checked).toBe(false);
  expect(the("#count").hidden).toBe(true);
});

test("a single row is counted, and the box for the page follows the rows", () => {
  box("row-1").click();
  expect(the("#count").textContent).toBe("1 selected");
  expect([box("all").checked, box("all").indeterminate]).toEqual([false, true]);
  box("row-2").click();
  expect([box("all").checked, box("all").indeterminate]).toEqual([true, false]);
  box("row-1").click();
  expect(box("all").checked).toBe(false);
});

test("x ticks the row that the keyboard stands on", () => {
  the("#link-2").focus();
  press(the("#link-2"), "x");
  expect(box("row-2").checked).toBe(true);
  press(the("#link-2"), "x");
  expect(box("row-2").checked).toBe(false);
  the("#link-2").blur();
  expect(press(document.body, "x").defaultPrevented).toBe(false);
});
