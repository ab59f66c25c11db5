import { beforeEach, expect, test } from "vitest";

import { press, stage, the } from "./stage";

beforeEach(async () => {
  location.hash = "";
  await stage(`<div data-controller="tabs"><nav data-tabs-target="list">
    <a id="t1" href="#one" data-tabs-target="tab" data-action="tabs#choose keydown->tabs#step">One</a>
    <a id="t2" href="#two" data-tabs-target="tab" data-action="tabs#choose keydown->tabs#step">Two</a></nav>
    <section id="one" data-tabs-target="panel"></section><section id="two" data-tabs-target="panel"></section></div>`);
});

const shown = (): string[] => ["#one", "#two"].filter((id) => !the(id).hasAttribute("data-closed"));

test("the first part is shown, and the roles are there", () => {
  expect(shown()).toEqual(["#one"]);
  expect(the("nav").getAttribute("role")).toBe("tablist");
  expect(the("#one").getAttribute("aria-labelledby")).toBe("t1");
  expect(the("#t2").tabIndex).toBe(-1);
});

test("a click shows the other part", () => {
  the("#t2").click();
  expect(shown()).toEqual(["#two"]);
  expect(the("#t2").getAttribute("aria-selected")).toBe("true");
});

test("arrows walk the tabs in a ring", () => {
  press(the("#t1"), "ArrowLeft");
  expect(document.activeElement).toBe(the("#t2"));
  press(the("#t2"), "ArrowRight");
  expect(shown()).toEqual(["#one"]);
  press(the("#t1"), "End");
  expect(shown()).toEqual(["#two"]);
});
