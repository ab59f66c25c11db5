import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

interface Sent {
  body: string;
  key: string;
  token: string;
  keepalive: boolean;
  uploads: string;
}

let sent: Sent[] = [];
let status = 204;

const form = (text = ""): string => `<form data-controller="draft" data-draft-url-value="/drafts/note" data-draft-field-value="note-body">
  <input type="hidden" name="note-form_key" value="k1"><textarea id="note-body">${text}</textarea>
  <p data-draft-target="status" data-saved="saved" data-failed="failed" data-large="too large"></p></form>`;

beforeEach(async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  sent = [];
  status = 204;
  vi.stubGlobal("fetch", async (_url: string, { body, keepalive }: { body: FormData; keepalive?: boolean }) => {
    sent.push({
      body: String(body.get("body")),
      key: String(body.get("form_key")),
      token: String(body.get("csrf_token")),
      keepalive: keepalive ?? false,
      uploads: body.getAll("uploads").join(" "),
    });
    if (status === 0) throw new TypeError("offline");
    return { status };
  });
  document.head.innerHTML = '<meta name="csrf-token" content="t1">';
  await stage(form());
});

afterEach(async () => {
  document.body.innerHTML = "";
  await settled();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);
const said = (): string | null => the("p").textContent;
const texts = (): string[] => sent.map((one) => one.body);

function type(text: string, event = "input"): void {
  the<HTMLTextAreaElement>("textarea").value = text;
  the("textarea").dispatchEvent(new CustomEvent(event, { bubbles: true }));
}

test("what is typed is kept every few seconds, with the form's key and the page's token", async () => {
  type("a");
  await pass(2);
  type("ab");
  expect(sent).toEqual([]);
  await pass(1.1);
  expect(sent).toEqual([{ body: "ab", key: "k1", token: "t1", keepalive: false, uploads: "" }]);
  expect(said()).toBe("saved");
  await pass(60);
  expect(sent).toHaveLength(1);
});

test("the editor's own event is typing too", async () => {
  type("rich", "editor:change");
  await pass(3.1);
  expect(texts()).toEqual(["rich"]);
});

test("a draft that the server gave back is not sent again, and an emptied one is", async () => {
  await stage(form("from before"));
  await pass(10);
  expect(sent).toEqual([]);
  type("");
  await pass(3.1);
  expect(texts()).toEqual([""]);
  expect(said()).toBe("");
});

test("nothing is kept of a text that is on its way, until it comes back refused", async () => {
  type("a");
  the("form").dispatchEvent(new Event("submit"));
  await pass(10);
  window.dispatchEvent(new Event("pagehide"));
  expect(sent).toEqual([]);
  the("form").dispatchEvent(new Event("htmx:finally:request"));
  await pass(3.1);
  expect(texts()).toEqual(["a"]);
});

test.each([
  [0, "failed", 15],
  [401, "failed", 15],
  [503, "failed", 15],
  [429, "", 3],
])("after %i it says %s and tries again", async (trouble, words, wait) => {
  status = trouble;
  type("a");
  await pass(3.1);
  expect(said()).toBe(words);
  status = 204;
  await pass(wait - 0.5);
  expect(sent).toHaveLength(1);
  await pass(1);
  expect(texts()).toEqual(["a", "a"]);
  expect(said()).toBe("saved");
});

test("a text that is too large is not tried again until it changes", async () => {
  status = 413;
  type("large");
  await pass(60);
  expect(sent).toHaveLength(1);
  expect(said()).toBe("too large");
  status = 204;
  type("less");
  await pass(3.1);
  expect(said()).toBe("saved");
});

test("the last words are kept when the page goes, and when a swap takes the form away", async () => {
  type("last words");
  window.dispatchEvent(new Event("pagehide"));
  expect(sent.at(-1)).toMatchObject({ body: "last words", keepalive: true });
  await settled();
  type("others");
  document.body.innerHTML = "";
  await settled();
  expect(texts()).toEqual(["last words", "others"]);
});

test("a text that the browser would not send any more is left as it was kept", async () => {
  type("x".repeat(25_000));
  window.dispatchEvent(new Event("pagehide"));
  expect(sent).toEqual([]);
  await pass(3.1);
  expect(sent).toHaveLength(1);
});

const box = (token: string): string => `<input type="checkbox" name="uploads" value="${token}" checked>`;

function touch(change: (form: HTMLElement) => void): void {
  change(the("form"));
  the("form").dispatchEvent(new Event("change", { bubbles: true }));
}

test("files that have arrived are kept with the text, and those that were unticked are not", async () => {
  await stage(form("a").replace("</form>", `${box("f1")}${box("f2")}</form>`));
  await pass(10);
  expect(sent).toEqual([]);
  touch((one) => one.insertAdjacentHTML("beforeend", '<input type="hidden" name="uploads" value="f3">'));
  await pass(3.1);
  touch((one) => (one.querySelector<HTMLInputElement>('[value="f1"]')!.checked = false));
  await pass(3.1);
  expect(sent.map((one) => one.uploads)).toEqual(["f1 f2 f3", "f2 f3"]);
});

test("a form that holds files alone is kept, and says so until they are off", async () => {
  touch((one) => one.insertAdjacentHTML("beforeend", box("f1")));
  the<HTMLInputElement>('[value="f1"]').defaultChecked = false;
  the<HTMLInputElement>('[value="f1"]').checked = true;
  await pass(3.1);
  expect([sent.at(-1)?.uploads, said()]).toEqual(["f1", "saved"]);
  touch((one) => one.querySelector('[value="f1"]')!.remove());
  await pass(3.1);
  expect([sent.at(-1)?.uploads, said()]).toEqual(["", ""]);
});

test("the last words before the draft is discarded are not kept, unless it could not be discarded", async () => {
  document.body.insertAdjacentHTML("beforeend", '<form id="gone" data-discards="note-body note-html"></form><form id="other"></form>');
  type("not wanted");
  the("#gone").dispatchEvent(new Event("submit", { bubbles: true }));
  window.dispatchEvent(new Event("pagehide"));
  await pass(10);
  expect(sent).toEqual([]);
  the("#gone").dispatchEvent(new Event("htmx:finally:request"));
  await pass(3.1);
  the("#other").dispatchEvent(new Event("submit", { bubbles: true }));
  type("and more");
  await pass(3.1);
  expect(texts()).toEqual(["not wanted", "and more"]);
});

test("a form that a swap has taken away keeps nothing when the discarding is over", async () => {
  document.body.insertAdjacentHTML("beforeend", '<form id="gone" data-discards="note-body"></form>');
  const gone = the("#gone");
  type("not wanted");
  gone.dispatchEvent(new Event("submit", { bubbles: true }));
  the("form").remove();
  gone.dispatchEvent(new Event("htmx:finally:request"));
  await pass(10);
  expect(sent).toEqual([]);
});

test("the fields beside the text are kept with it, and a choice alone is no draft", async () => {
  let kept: Record<string, unknown> = {};
  vi.stubGlobal("fetch", async (_url: string, { body }: { body: FormData }) => {
    kept = Object.fromEntries(body);
    return { status: 204 };
  });
  await stage(
    form().replace('<form ', '<form data-draft-beside-value="title kind version" ').replace(
      "<p ",
      `<input type="hidden" name="version" value="7.1"><input name="title">
       <select name="kind"><option value="a">a</option><option value="b">b</option></select><p `,
    ),
  );
  await pass(10);
  expect(kept).toEqual({});
  the<HTMLSelectElement>("select").value = "b";
  the("select").dispatchEvent(new Event("input", { bubbles: true }));
  await pass(3.1);
  expect(kept).toMatchObject({ kind: "b", title: "", version: "7.1" });
  expect(said()).toBe("");
  the<HTMLInputElement>('[name="title"]').value = "A title";
  the('[name="title"]').dispatchEvent(new Event("input", { bubbles: true }));
  await pass(3.1);
  expect(kept).toMatchObject({ kind: "b", title: "A title", body: "" });
  expect(said()).toBe("saved");
});
