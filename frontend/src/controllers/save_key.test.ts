import { beforeEach, expect, test } from "vitest";

import { press, stage, the } from "./stage";

let sent = 0;

beforeEach(async () => {
  await stage(`<form data-controller="save-key">
      <input id="name"><button type="submit" data-save-key-target="button">Save</button>
    </form>
    <dialog></dialog>`);
  sent = 0;
  the("form").addEventListener("submit", (event) => {
    event.preventDefault();
    sent += 1;
  });
});

test("Ctrl+S and Cmd+S send the form, wherever the focus is", () => {
  expect(press(document, "s", { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(press(the("#name"), "s", { metaKey: true }).defaultPrevented).toBe(true);
  expect(press(the("#name"), "S", { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(sent).toBe(3);
});

test("other keys are left to the browser", () => {
  for (const more of [{}, { altKey: true, ctrlKey: true }, { shiftKey: true, ctrlKey: true }]) {
    expect(press(the("#name"), "s", more).defaultPrevented).toBe(false);
  }
  expect(press(the("#name"), "a", { ctrlKey: true }).defaultPrevented).toBe(false);
  expect(sent).toBe(0);
});

test("while a dialog asks something, nothing is sent and nothing is saved as a file", () => {
  the<HTMLDialogElement>("dialog").setAttribute("open", "");
  expect(press(document, "s", { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(sent).toBe(0);
});
