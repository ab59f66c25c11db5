import { beforeEach, expect, test } from "vitest";

import "./unsent";

const markup = '<form id="f"><textarea id="reply"></textarea></form><form><textarea id="note"></textarea></form>';

const field = (id: string): HTMLTextAreaElement => document.querySelector<HTMLTextAreaElement>(`#${id}`)!;

function swap(markupAfter: string): void {
  const target = document.querySelector("#case")!;
  const detail = { ctx: { sourceElement: document.querySelector("#f"), target } };
  document.dispatchEvent(new CustomEvent("htmx:before:swap", { detail }));
  target.innerHTML = markupAfter;
  document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail }));
}

beforeEach(() => {
  document.body.innerHTML = `<div id="case">${markup}</div>`;
});

test("a text that was begun in another form stays", () => {
  field("note").value = "half a note";
  swap(markup);
  expect(field("note").value).toBe("half a note");
});

test("the text that was sent does not come back", () => {
  field("reply").value = "sent";
  swap(markup);
  expect(field("reply").value).toBe("");
});

test("what the server shows in a field goes before", () => {
  field("note").value = "half a note";
  swap(markup.replace('id="note">', 'id="note">theirs'));
  expect(field("note").value).toBe("theirs");
});

test("a field that is gone is left alone", () => {
  field("note").value = "half a note";
  swap("<p>closed</p>");
  expect(document.querySelector("textarea")).toBeNull();
});

test("a text goes before the draft that the server gives back", () => {
  field("note").value = "half a note, and more";
  swap(markup.replace('id="note">', 'id="note" data-restored>half a note'));
  expect(field("note").value).toBe("half a note, and more");
});

test("whoever discards the draft of a field is rid of its text", () => {
  document.querySelector<HTMLElement>("#f")!.dataset["discards"] = "note";
  field("note").value = "half a note";
  swap(markup);
  expect(field("note").value).toBe("");
});

test("whoever types on in an editor stays there, behind what has been typed", () => {
  document.querySelector("#case")!.insertAdjacentHTML("beforeend", '<div id="note-editor" tabindex="0"></div>');
  field("note").value = "half a note";
  document.querySelector<HTMLElement>("#note-editor")!.focus();
  swap(markup);
  expect(document.activeElement).toBe(field("note"));
  expect(field("note").selectionStart).toBe("half a note".length);
});

test("whoever sent the text does not get the focus back into its field", () => {
  field("reply").focus();
  swap(markup);
  expect(document.activeElement).not.toBe(field("reply"));
});
