import { expect, test } from "vitest";

import { sizeInWords } from "./sizes";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1 KB"],
  [133_222, "130.1 KB"],
  [1_048_575, "1 MB"],
  [2_147_483_648, "2 GB"],
])("%d bytes are said as %s, as the server says it", (size, words) => {
  expect(sizeInWords(size)).toBe(words);
});
