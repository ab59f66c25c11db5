import { expect, test } from "vitest";

import "./csrf";

function configured(): Record<string, string> {
  const headers: Record<string, string> = {};
  document.dispatchEvent(new CustomEvent("htmx:config:request", { detail: { ctx: { request: { headers } } } }));
  return headers;
}

test("a fragment's request carries the page's token", () => {
  document.head.innerHTML = '<meta name="csrf-token" content="t0ken">';
  expect(configured()).toEqual({ "X-CSRFToken": "t0ken" });
});

test("a page without a token adds no header", () => {
  document.head.innerHTML = "";
  expect(configured()).toEqual({});
});
