import { beforeEach, expect, test, vi } from "vitest";

import { stage, the } from "./stage";

const PAGE = `<form data-controller="upload" data-upload-most-value="10" data-upload-large-value="Too large">
  <label for="picture">Picture</label>
  <input id="picture" type="file" data-upload-target="file" data-action="change->upload#chosen">
  <p data-upload-target="problem" hidden></p>
  <button data-action="upload#choose">Upload</button>
</form>`;

const sent = vi.fn();

function choose(size: number): void {
  const input = the<HTMLInputElement>("#picture");
  Object.defineProperty(input, "files", { configurable: true, value: size ? [new File(["x".repeat(size)], "a.png")] : [] });
  input.dispatchEvent(new Event("change"));
}

beforeEach(async () => {
  sent.mockReset();
  await stage(PAGE);
  the<HTMLFormElement>("form").requestSubmit = sent;
});

test("one button is left, and it asks for the file", () => {
  const asked = vi.fn();
  the("#picture").addEventListener("click", asked);
  expect(the("#picture").hidden).toBe(true);
  const event = new MouseEvent("click", { bubbles: true, cancelable: true });
  the("button").dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  expect(asked).toHaveBeenCalledOnce();
});

test("what was chosen is sent at once", () => {
  choose(10);
  expect(sent).toHaveBeenCalledOnce();
  expect(the("p").hidden).toBe(true);
});

test("a file of too many bytes stays here, and it is said why", () => {
  choose(11);
  expect(sent).not.toHaveBeenCalled();
  expect(the("p").textContent).toBe("Too large");
  expect(the("p").hidden).toBe(false);
});

test("a choice that was taken back sends nothing", () => {
  choose(0);
  expect(sent).not.toHaveBeenCalled();
});
