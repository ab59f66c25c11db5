import { beforeEach, expect, test } from "vitest";

import { stage, the } from "./stage";

beforeEach(() =>
  stage(`<form data-controller="required-panel">
    <select name="number"><option value=""></option><option value="N1">N1</option></select>
    <input type="radio" name="kind" value="a"><textarea name="text">given</textarea>
    <ul>
      <li id="number" data-required-panel-target="item" data-for="number"><a href="#n">Number</a></li>
      <li id="kind" data-required-panel-target="item" data-for="kind"><a href="#k">Kind</a></li>
      <li id="text" data-required-panel-target="item" data-for="text"><a href="#t">Text</a></li>
      <li id="made" hidden data-required-panel-target="item" data-for="text" data-field="t" data-name="Text"></li>
    </ul>
    <p id="done" hidden data-required-panel-target="done">All there</p>
  </form>`),
);

function fill(selector: string, value: string): void {
  const field = the<HTMLInputElement>(selector);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

test("a name stands there as long as its field is empty", () => {
  expect([the("#number").hidden, the("#kind").hidden, the("#text").hidden]).toEqual([false, false, true]);
  fill("select", "N1");
  expect(the("#number").hidden).toBe(true);
  fill("textarea", " ");
  expect(the("#text").hidden).toBe(false);
});

test("once nothing is missing the panel says so", () => {
  expect(the("#done").hidden).toBe(true);
  fill("select", "N1");
  the("input").click();
  expect(the("#kind").hidden).toBe(true);
  expect(the("#done").hidden).toBe(false);
});

test("what was filled when the page was made gets its name once it is empty", () => {
  expect(the("#made").hidden).toBe(true);
  fill("textarea", "");
  expect(the("#made").hidden).toBe(false);
  expect(the<HTMLAnchorElement>("#made a").hash).toBe("#t");
  expect(the("#made").textContent).toBe("Text");
});
