import { beforeEach, expect, test } from "vitest";

import "./disclosure";

function face(): HTMLElement {
  return document.querySelector("summary") as HTMLElement;
}

beforeEach(() => {
  document.body.innerHTML = `<details><summary role="button">Actions</summary><p>Close case</p></details><button>other</button>`;
});

test("the face says whether its part is open", () => {
  const details = face().parentElement as HTMLDetailsElement;
  for (const open of [true, false]) {
    details.open = open;
    details.dispatchEvent(new Event("toggle"));
    expect(face().getAttribute("aria-expanded")).toBe(String(open));
  }
});

test("a part that was swapped in is told as soon as the focus comes to it", () => {
  expect(face().hasAttribute("aria-expanded")).toBe(false);
  document.querySelector("button")?.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
  expect(face().hasAttribute("aria-expanded")).toBe(false);
  face().dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
  expect(face().getAttribute("aria-expanded")).toBe("false");
});
