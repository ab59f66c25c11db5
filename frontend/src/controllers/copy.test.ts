import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

beforeEach(() =>
  stage(`<div data-controller="copy">
    <textarea readonly data-copy-target="text">開通案内</textarea>
    <button type="button" hidden data-copy-target="button" data-action="copy#copy">コピー</button>
    <p data-copy-target="done" data-said="コピーしました。"></p>
  </div>`),
);
afterEach(() => vi.unstubAllGlobals());

function clipboard(writeText: (text: string) => Promise<void>): void {
  vi.stubGlobal("navigator", { clipboard: { writeText } });
}

async function press(): Promise<void> {
  the("button").click();
  await settled();
}

test("the button is there once the script is", () => {
  expect(the("button").hidden).toBe(false);
});

test("the text is copied, and that is said", async () => {
  const copied: string[] = [];
  clipboard(async (text) => void copied.push(text));
  await press();
  expect(copied).toEqual(["開通案内"]);
  expect(the("p").textContent).toBe("コピーしました。");
});

test("where copying is not allowed the text is selected instead", async () => {
  clipboard(() => Promise.reject(new Error("not allowed")));
  await press();
  const text = the<HTMLTextAreaElement>("textarea");
  expect([text.selectionStart, text.selectionEnd]).toEqual([0, 4]);
  expect(the("p").textContent).toBe("");
});
