import { expect, test } from "vitest";

import { measure } from "./strength";

test.each([
  ["", 0],
  ["Aa1!Aa1!Aa1!", 1],
  ["Password#2026", 2],
  ["Qwerty#123456", 3],
  ["Xk7#pq2Lm9!a", 4],
  ["今日はとても天気が良いですね。散歩", 4],
])("%s is on level %i", (password, level) => {
  expect(measure(password)).toBe(level);
});

test("whatever is typed is measured in an instant", () => {
  const start = performance.now();
  for (const part of ["4@8({[<369&#!1/|0$5+7%2", "123456", "aA1!", "長い"]) measure(part.repeat(500));
  expect(performance.now() - start).toBeLessThan(2_000);
});
