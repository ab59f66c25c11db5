import { afterEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

const MARKUP = `<div data-controller="reading" data-reading-url-value="/console/cases/CS0000001/mentions/reading">
  <div data-reading-target="button"><button>既読にする</button></div></div>`;

afterEach(() => vi.unstubAllGlobals());

test.each([
  [204, true],
  [401, false],
])("an answer of %i hides the button: %s", async (status, isHidden) => {
  const fetched = vi.fn((_url: string) => Promise.resolve(new Response(null, { status })));
  vi.stubGlobal("fetch", fetched);
  await stage(MARKUP);
  await settled();
  expect(fetched.mock.calls[0]?.[0]).toBe("/console/cases/CS0000001/mentions/reading");
  expect(the("[data-reading-target]").hidden).toBe(isHidden);
});
