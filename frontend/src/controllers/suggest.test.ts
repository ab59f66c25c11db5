import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

const LIST = "<h2>参考</h2><ul><li><a href='/cs/knowledge/KB0000001'>手順</a></li></ul>";

function answering(status: number, body: string | null = null) {
  const fetched = vi.fn((_url: string, _options: RequestInit) => Promise.resolve(new Response(body, { status })));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

/** What was sent beside the address. */
function body(fetched: ReturnType<typeof answering>, call = 0): FormData {
  return fetched.mock.calls[call]?.[1].body as FormData;
}

async function type(text: string): Promise<void> {
  const area = the<HTMLTextAreaElement>("textarea");
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  await vi.advanceTimersByTimeAsync(1_000);
}

beforeEach(async () => {
  document.head.innerHTML = '<meta name="csrf-token" content="token">';
  await stage(`<form data-controller="suggest" data-suggest-url-value="/cs/knowledge/suggestions">
    <textarea data-suggest-target="text"></textarea><div data-suggest-target="list"></div></form>`);
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("articles appear after a pause, asked for once for each text, which stands in no address", async () => {
  const fetched = answering(200, LIST);
  await type("ログインできません");
  await type("ログインできません");
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(fetched.mock.calls[0]?.[0]).toBe("/cs/knowledge/suggestions");
  expect(fetched.mock.calls[0]?.[1]).toMatchObject({ method: "POST", headers: { "HX-Request": "true" } });
  expect([...body(fetched)]).toEqual([
    ["csrf_token", "token"],
    ["text", "ログインできません"],
  ]);
  expect(the("[data-suggest-target=list] a").textContent).toBe("手順");
});

test("nothing is asked for a few signs, and a text taken back takes the list with it", async () => {
  const fetched = answering(200, LIST);
  await type("ログ");
  expect(fetched).not.toHaveBeenCalled();
  await type("ログインできません");
  await type("");
  expect(the("[data-suggest-target=list]").childNodes).toHaveLength(0);
});

test("where nothing fits the list goes; a fault leaves it as it is", async () => {
  answering(200, LIST);
  await type("ログインできません");
  answering(500, "fault");
  await type("ログインできません。");
  expect(the("[data-suggest-target=list] a").textContent).toBe("手順");
  answering(200).mockRejectedValueOnce(new TypeError("no network"));
  await type("ログインできません。もう一度");
  expect(the("[data-suggest-target=list] a").textContent).toBe("手順");
  answering(204);
  await type("ログインできません。急いでいます");
  expect(the("[data-suggest-target=list]").childNodes).toHaveLength(0);
});

test.each([401, 400])("no more is sent than the server looks at, and after a refusal (%i) nothing", async (status) => {
  const fetched = answering(status);
  await type("あ".repeat(1_000));
  expect(body(fetched).get("text")).toHaveLength(400);
  await type("もう一度ためします");
  expect(fetched).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
  await settled();
});
