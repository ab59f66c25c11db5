import { afterEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

const FORM = `<form>
  <div data-controller="canned" data-canned-url-value="/console/cases/CS0000001/answers">
    <select data-canned-target="choice" data-action="canned#show"><option value=""></option><option value="7">A</option></select>
    <button type="submit" data-action="click->canned#insert:capture">挿入</button>
    <div hidden data-canned-target="preview"><p data-canned-target="text"></p><p data-canned-target="missing"></p></div>
  </div>
  <textarea name="reply-body">前後</textarea>
</form>`;

afterEach(() => vi.unstubAllGlobals());

async function choose(): Promise<ReturnType<typeof vi.fn>> {
  const fetched = vi.fn(() => Promise.resolve(new Response(JSON.stringify({ text: "<b>様", missing: "なし" }))));
  vi.stubGlobal("fetch", fetched);
  await stage(FORM);
  const choice = the<HTMLSelectElement>("select");
  choice.value = "7";
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  await settled();
  await settled();
  return fetched;
}

test("the chosen answer is shown as plain words before it is put in", async () => {
  const fetched = await choose();
  expect(fetched.mock.calls[0]?.[0]).toBe("/console/cases/CS0000001/answers/7");
  expect(the("[data-canned-target=preview]").hidden).toBe(false);
  expect(the("[data-canned-target=text]").textContent).toBe("<b>様");
  expect(the("[data-canned-target=text]").children).toHaveLength(0);
});

test("the button puts it in at the cursor and sends nothing", async () => {
  await choose();
  const sent = vi.fn((event: Event) => event.preventDefault());
  the("form").addEventListener("submit", sent);
  const field = the<HTMLTextAreaElement>("textarea");
  field.setSelectionRange(1, 1);
  the("button").click();
  expect(field.value).toBe("前<b>様後");
  expect(sent).not.toHaveBeenCalled();
});

test("an editor in the field's place takes the text itself", async () => {
  await choose();
  const field = the<HTMLTextAreaElement>("textarea");
  const taken: string[] = [];
  field.addEventListener("madoguchi:insert", (event) => {
    event.preventDefault();
    taken.push((event as CustomEvent<{ text: string }>).detail.text);
  });
  the("button").click();
  expect(taken).toEqual(["<b>様"]);
  expect(field.value).toBe("前後");
});

test("without a chosen answer the server is asked", async () => {
  await stage(FORM);
  const sent = vi.fn((event: Event) => event.preventDefault());
  the("form").addEventListener("submit", sent);
  the("button").click();
  expect(sent).toHaveBeenCalled();
});
