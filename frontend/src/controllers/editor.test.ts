import { afterEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

afterEach(() => vi.unstubAllGlobals());

const frame = `<template data-editor-target="frame"><div class="editor-frame">
  <div role="toolbar">
    <button type="button" data-tool="bold" aria-pressed="false" tabindex="0">B</button>
    <button type="button" data-menu="color" aria-expanded="false" tabindex="-1">colour</button>
    <div role="menu" data-for="color" hidden>
      <button type="button" role="menuitemradio" aria-checked="false" data-tool="color" data-value="red">red</button>
    </div>
  </div>
  <div class="editor-text"></div>
  <dialog><input data-part="address"><p data-part="problem"></p>
    <button type="button" data-part="take"></button><button type="button" data-part="leave"></button></dialog>
</div></template>`;

/** A form with a field that becomes an editor as soon as somebody goes there. */
async function open(body = "", html = ""): Promise<HTMLElement> {
  vi.stubGlobal("requestIdleCallback", () => 0);
  await stage(`<form id="form"><div data-controller="editor">
    <label for="body">Comment</label>
    <textarea id="body" name="body" data-editor-target="body" data-key="r" aria-required="true">${body}</textarea>
    <textarea id="html" name="html" hidden data-editor-target="html">${html.replaceAll("<", "&lt;")}</textarea>${frame}</div>
    <button type="submit">Send</button></form>`);
  the("#body").focus();
  return vi.waitFor(() => the(".ProseMirror"), { timeout: 20_000 });
}

const body = (): string => the<HTMLTextAreaElement>("#body").value;
const html = (): string => the<HTMLTextAreaElement>("#html").value;

function insert(text: string): boolean {
  return the("#body").dispatchEvent(new CustomEvent("madoguchi:insert", { detail: { text }, bubbles: true, cancelable: true }));
}

test("the editor takes the field's place, its name and its key", async () => {
  const editor = await open("one\ntwo");
  expect(the("#body").hidden).toBe(true);
  expect(editor.getAttribute("aria-labelledby")).toBe(the("label").id);
  expect(editor.getAttribute("aria-required")).toBe("true");
  expect(editor.dataset["key"]).toBe("r");
  expect(the("#body").dataset["key"]).toBeUndefined();
  expect([...editor.querySelectorAll("p")].map((line) => line.textContent)).toEqual(["one", "two"]);
}, 30_000);

test("rich text that came with the page goes before the plain words", async () => {
  const editor = await open("bold", '<p><strong>bold</strong> <span class="rt-color-red evil">red</span></p>');
  expect(editor.querySelector("strong")?.textContent).toBe("bold");
  expect(editor.querySelector("span")?.className).toBe("rt-color-red");
});

test("what another script puts in is taken, and both fields hold it", async () => {
  await open();
  const typed = vi.fn();
  the("#form").addEventListener("input", typed);
  expect(insert("line one\nline two")).toBe(false);
  expect(body()).toBe("line one\nline two");
  expect(html()).toBe("<p>line one</p><p>line two</p>");
  expect(typed).toHaveBeenCalled();
});

test("what a program writes into the field behind the editor is taken as well", async () => {
  const editor = await open("one");
  the<HTMLTextAreaElement>("#body").value = "one\ntwo";
  the("#body").dispatchEvent(new Event("input", { bubbles: true }));
  expect([...editor.querySelectorAll("p")].map((line) => line.textContent)).toEqual(["one", "two"]);
  expect(html()).toBe("<p>one</p><p>two</p>");
});

test("no style of an element's own is ever written", async () => {
  await open("", '<table style="width:9px"><tbody><tr><td style="width:1px" colwidth="90"><p>x</p></td></tr></tbody></table>');
  insert("y");
  expect(html()).not.toContain("style");
  expect(html()).not.toContain("colwidth");
});

test("a menu opens under its button and closes on Escape", async () => {
  await open("x");
  const button = the<HTMLButtonElement>('[data-menu="color"]');
  button.click();
  expect(the('[role="menu"]').hidden).toBe(false);
  expect(button.getAttribute("aria-expanded")).toBe("true");
  the('[data-value="red"]').dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(the('[role="menu"]').hidden).toBe(true);
  expect(button.getAttribute("aria-expanded")).toBe("false");
});

test("the editor goes with its part of the page", async () => {
  await open("x");
  the('[data-controller="editor"]').remove();
  await settled();
  expect(document.querySelector(".ProseMirror")).toBeNull();
});
