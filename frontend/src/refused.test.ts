import { beforeEach, expect, test } from "vitest";

import "./refused";

function answered(status: number): boolean {
  const detail = { ctx: { target: document.querySelector("#case"), response: { status } } };
  return document.dispatchEvent(new CustomEvent("htmx:after:request", { detail, cancelable: true }));
}

beforeEach(() => {
  document.body.innerHTML = `<main><div id="case"><textarea>typed</textarea></div></main>
    <template id="refused-signed-out"><p>signed out</p></template><template id="refused"><p>not sent</p></template>
    <template id="refused-too-large"><p>too long</p></template>`;
});

const box = (): HTMLElement | null => document.querySelector<HTMLElement>("#case > .message-refused");

test.each([400, 403, 404, 500, 503])("a refusal by %i keeps the page and says so", (status) => {
  expect(answered(status)).toBe(false);
  expect(box()?.textContent).toBe("not sent");
  expect(document.querySelector("textarea")?.value).toBe("typed");
});

test("a text that is too large is said to be so", () => {
  expect(answered(413)).toBe(false);
  expect(box()?.textContent).toBe("too long");
});

test("whoever is signed out is told so, once", () => {
  answered(401);
  answered(401);
  expect(document.querySelectorAll(".message-refused")).toHaveLength(1);
  expect(box()?.textContent).toBe("signed out");
  expect(document.activeElement).toBe(box());
});

test.each([200, 409, 422])("an answer of %i is swapped as ever", (status) => {
  expect(answered(status)).toBe(true);
  expect(box()).toBeNull();
});
