import { beforeEach, expect, test } from "vitest";

import { stage, the } from "./stage";

beforeEach(() =>
  stage(`<form>
    <div data-controller="reveal">
      <input type="password" data-reveal-target="field" value="typed">
      <button type="button" hidden aria-pressed="false" data-reveal-target="button" data-action="reveal#toggle">Show</button>
    </div>
  </form>`),
);

const state = (): unknown[] => [the<HTMLInputElement>("input").type, the("button").getAttribute("aria-pressed")];

test("the eye shows and hides, and keeps what was typed", () => {
  expect(the("button").hidden).toBe(false);
  the("button").click();
  expect(state()).toEqual(["text", "true"]);
  expect(the<HTMLInputElement>("input").value).toBe("typed");
  the("button").click();
  expect(state()).toEqual(["password", "false"]);
});

test("nothing is sent while it is shown", () => {
  the("button").click();
  the("form").dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  expect(state()).toEqual(["password", "false"]);
});
