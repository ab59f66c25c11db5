import { beforeEach, expect, test } from "vitest";

import { press, stage, the } from "./stage";

const PAGE = `<div data-controller="keys">
  <a id="cases" href="#cases" data-key="g c">Cases</a>
  <table><tbody>
    <tr data-href="/1"><td><a id="first" href="#1">1</a></td></tr>
    <tr data-href="/2"><td><a id="second" href="#2">2</a></td></tr>
  </tbody></table>
  <textarea data-key="r"></textarea>
  <dialog id="help" data-keys-target="help">
    <input type="checkbox" data-keys-target="switch" data-action="keys#turn">
  </dialog></div>`;

beforeEach(async () => {
  localStorage.clear();
  await stage(PAGE);
});

function clicked(selector: string): () => boolean {
  let seen = false;
  the(selector).addEventListener("click", () => (seen = true));
  return () => seen;
}

test("j and k walk the rows and stop at their ends", () => {
  press(document.body, "j");
  expect(document.activeElement).toBe(the("#first"));
  press(the("#first"), "j");
  press(the("#second"), "j");
  expect(document.activeElement).toBe(the("#second"));
  press(the("#second"), "k");
  expect(document.activeElement).toBe(the("#first"));
});

test("two keys one after the other follow a link", () => {
  const followed = clicked("#cases");
  press(document.body, "g");
  expect(followed()).toBe(false);
  press(document.body, "c");
  expect(followed()).toBe(true);
});

test("a key leads into the field that carries it", () => {
  expect(press(document.body, "r").defaultPrevented).toBe(true);
  expect(document.activeElement).toBe(the("textarea"));
});

test("? shows the keys", () => {
  press(document.body, "?");
  expect(the<HTMLDialogElement>("#help").open).toBe(true);
});

test("what is typed into a field, or with a modifier, is text and no command", () => {
  press(the("textarea"), "j");
  press(document.body, "j", { ctrlKey: true });
  press(document.body, "?", { isComposing: true });
  expect(document.activeElement).not.toBe(the("#first"));
  expect(the<HTMLDialogElement>("#help").open).toBe(false);
});

test("the switch turns the keys off, and the browser remembers", async () => {
  const box = the<HTMLInputElement>("input");
  expect(box.checked).toBe(true);
  box.click();
  press(document.body, "?");
  expect(the<HTMLDialogElement>("#help").open).toBe(false);
  await stage(PAGE);
  expect(the<HTMLInputElement>("input").checked).toBe(false);
  the<HTMLInputElement>("input").click();
  press(document.body, "?");
  expect(the<HTMLDialogElement>("#help").open).toBe(true);
});
