import { beforeEach, expect, test } from "vitest";

import "./refocus";

function swapped(target: unknown): void {
  document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx: { target } } }));
}

beforeEach(() => {
  document.body.innerHTML = '<div id="case"><input></div>';
});

const part = (): HTMLElement => document.querySelector<HTMLElement>("#case")!;

test("a lost focus goes to the part that was swapped", () => {
  swapped(part());
  expect(document.activeElement).toBe(part());
});

test("a field that was refused goes before the part", () => {
  part().innerHTML = '<input><textarea aria-invalid="true"></textarea>';
  swapped(part());
  expect(document.activeElement).toBe(part().querySelector("textarea"));
});

test("a focus that the new part asked for stays", () => {
  part().querySelector("input")!.focus();
  swapped(part());
  expect(document.activeElement).toBe(part().querySelector("input"));
});

test("a part that is gone is left alone", () => {
  const gone = part();
  gone.remove();
  swapped(gone);
  expect(document.activeElement).toBe(document.body);
});
