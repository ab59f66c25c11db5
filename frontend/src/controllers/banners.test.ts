import { beforeEach, expect, test } from "vitest";

import { settled, stage, the } from "./stage";

const banner = (name: string): string =>
  `<div id="${name}" data-banners-target="banner" data-told="${name} is gone"><form><button type="button">×</button></form></div>`;

beforeEach(async () => {
  await stage(`<main><div data-controller="banners">
    <p role="status" data-banners-target="told"></p>
    <section>${banner("first")}${banner("second")}${banner("third")}</section>
  </div><h1>Home</h1><a href="#">Link</a></main>`);
});

const button = (name: string): HTMLButtonElement => the<HTMLButtonElement>(`#${name} button`);

/** As a swap of the server's empty answer does it. */
async function putAway(name: string): Promise<void> {
  button(name).focus();
  the(`#${name}`).remove();
  await settled();
}

test("the focus moves to the × that comes up in its place, and it is said what has gone", async () => {
  await putAway("first");
  expect(document.activeElement).toBe(button("second"));
  expect(the("p").textContent).toBe("first is gone");
});

test("after the last of several it moves to the one before", async () => {
  await putAway("third");
  expect(document.activeElement).toBe(button("second"));
});

test("after the only one it moves to the heading of the page", async () => {
  await putAway("second");
  await putAway("first");
  await putAway("third");
  expect(document.activeElement).toBe(the("h1"));
  expect(the("p").textContent).toBe("third is gone");
});

test("whoever has gone elsewhere stays there", async () => {
  button("first").focus();
  the("a").focus();
  the("#first").remove();
  await settled();
  expect(document.activeElement).toBe(the("a"));
  expect(the("p").textContent).toBe("first is gone");
});

test("a page that goes as a whole says nothing", async () => {
  const told = the("p");
  the("[data-controller]").remove();
  await settled();
  expect(told.textContent).toBe("");
  expect(document.activeElement).toBe(document.body);
});
