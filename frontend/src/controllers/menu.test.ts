import { beforeEach, expect, test } from "vitest";

import { press, stage, the } from "./stage";

beforeEach(async () => {
  await stage(`<details data-controller="menu" open><summary>Account</summary><a href="#in">In</a></details>
    <button id="out">Out</button>`);
});

const menu = (): HTMLDetailsElement => the<HTMLDetailsElement>("details");

test("Esc closes it and gives the focus back", () => {
  press(the("a"), "Escape");
  expect(menu().open).toBe(false);
  expect(document.activeElement).toBe(the("summary"));
});

test("a click outside closes it, one inside does not", () => {
  the("a").click();
  expect(menu().open).toBe(true);
  the("#out").click();
  expect(menu().open).toBe(false);
});

test("it closes when the focus goes on to something else", () => {
  the("a").dispatchEvent(new FocusEvent("focusout", { bubbles: true, relatedTarget: the("summary") }));
  expect(menu().open).toBe(true);
  the("a").dispatchEvent(new FocusEvent("focusout", { bubbles: true, relatedTarget: the("#out") }));
  expect(menu().open).toBe(false);
});
