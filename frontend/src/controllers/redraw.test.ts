import { beforeEach, expect, test } from "vitest";

import { stage, the } from "./stage";

beforeEach(() =>
  stage(`<form>
    <section data-controller="redraw">
      <select data-action="redraw#press"><option>text</option><option>choice</option></select>
      <button name="do" value="show" data-redraw-target="button"></button>
    </section>
    <section data-controller="redraw">
      <button id="other" name="do" value="show" data-redraw-target="button"></button>
    </section>
  </form>`),
);

test("a choice presses the button of its own part", () => {
  const pressed: string[] = [];
  the<HTMLFormElement>("form").addEventListener("submit", (event) => {
    event.preventDefault();
    pressed.push(((event as SubmitEvent).submitter as HTMLButtonElement).id);
  });
  the("select").dispatchEvent(new Event("change", { bubbles: true }));
  expect(pressed).toEqual([""]);
});
