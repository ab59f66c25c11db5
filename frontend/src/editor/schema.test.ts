import { expect, test } from "vitest";

import { withoutStyles } from ".";
import { addressOf } from "./schema";

test.each([
  ["https://x.example/a?b=c", "https://x.example/a?b=c"],
  ["  www.example.com/a ", "https://www.example.com/a"],
  ["example.com", "https://example.com"],
  ["name@example.com", "mailto:name@example.com"],
  ["mailto:name@example.com", "mailto:name@example.com"],
])("%s is an address", (typed, address) => expect(addressOf(typed)).toBe(address));

test.each(["", "javascript:alert(1)", "data:text/html,x", "//x.example", "/cases/1", "two words", "file:///etc/passwd", "https://x y"])(
  "%s is none",
  (typed) => expect(addressOf(typed)).toBeNull(),
);

test("what other programs bring loses its styles and its false bold", () => {
  expect(withoutStyles('<b style="font-weight:normal"><p style="color:red" class="x">a</p></b>')).toBe(
    '<span><p class="x">a</p></b>',
  );
  expect(withoutStyles("<td style='a'>style=c</td><p style=b>d</p>")).toBe("<td>style=c</td><p>d</p>");
});
