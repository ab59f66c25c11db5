import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

const form = (inner: string): string =>
  `<form data-filter-target="form" action="/cs/cases/filter" method="get">
    <input type="hidden" name="f" value="status:is:new">${inner}
    <p id="plain" data-filter-target="plain">plain</p>
    <button id="and" type="submit" name="do" value="and:0:0" data-action="filter#press">AND</button>
    <button id="close" type="submit" name="do" value="close" data-action="filter#close">X</button></form>`;
const line = `<div><input id="search" type="search" hidden data-filter-target="search" data-action="filter#search">
  <select id="c-0-0-field" name="c-0-0-field" data-action="filter#change">
    <option value="">Choose</option><option value="category">Category</option><option value="number">ＶＰＮ number</option>
  </select></div>`;
const asked: URL[] = [];
let answer = "";

beforeEach(async () => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (address: string, options: RequestInit) => {
    asked.push(new URL(address, "https://desk.test"));
    expect(options.headers).toEqual({ "HX-Request": "true" });
    return { redirected: false, text: async () => answer };
  });
  await stage(`<details data-controller="filter" open><summary>Filter</summary>
    <div id="part" data-filter-target="part">${form(line)}</div></details>`);
});

afterEach(() => vi.unstubAllGlobals());

test("the search is there with script, and what only serves without it is not", () => {
  expect(the<HTMLInputElement>("#search").hidden).toBe(false);
  expect(the("#plain").hidden).toBe(true);
});

test("the search narrows the field list, in either width and case, and keeps what is chosen", () => {
  const search = the<HTMLInputElement>("#search");
  const list = the<HTMLSelectElement>("#c-0-0-field");
  const type = (text: string): string[] => {
    search.value = text;
    search.dispatchEvent(new Event("input", { bubbles: true }));
    return [...list.options].map((option) => option.value);
  };
  expect(type("vpn")).toEqual(["", "number"]);
  expect(type("CATE")).toEqual(["", "category"]);
  expect(type("")).toEqual(["", "category", "number"]);
});

test("a chosen field asks for its operators, and the focus stays on it", async () => {
  answer = form(line.replace('value="category"', 'value="category" selected'));
  const list = the<HTMLSelectElement>("#c-0-0-field");
  list.value = "category";
  list.dispatchEvent(new Event("change", { bubbles: true }));
  await settled();
  const query = asked[0]?.searchParams;
  expect([query?.get("do"), query?.get("c-0-0-field"), query?.get("f")]).toEqual(["show", "category", "status:is:new"]);
  expect(document.activeElement).toBe(the("#c-0-0-field"));
});

test("what is chosen while the server is asked is kept, and so is the focus", async () => {
  const both = (chosen: string): string =>
    form(`${line}<input id="c-0-0-text" name="c-0-0-text" value="">`.replace(`value="${chosen}"`, `value="${chosen}" selected`));
  the("#part").innerHTML = both("");
  answer = both("category");
  const list = the<HTMLSelectElement>("#c-0-0-field");
  list.value = "category";
  list.dispatchEvent(new Event("change", { bubbles: true }));
  the<HTMLInputElement>("#c-0-0-text").value = "typed meanwhile";
  the("#c-0-0-text").focus();
  await settled();
  expect(the<HTMLSelectElement>("#c-0-0-field").value).toBe("category");
  expect(the<HTMLInputElement>("#c-0-0-text").value).toBe("typed meanwhile");
  expect(document.activeElement).toBe(the("#c-0-0-text"));
});

test("a button asks for the panel as it leaves it, and the focus goes where the server says", async () => {
  answer = form(`<select autofocus id="c-1-0-field"><option>new</option></select>`);
  the("#and").click();
  await settled();
  expect(asked[0]?.searchParams.get("do")).toBe("and:0:0");
  expect(document.activeElement).toBe(the("#c-1-0-field"));
});

test("where the answer is no panel, the button does it the plain way", async () => {
  answer = "<title>Sign in</title>";
  const submitted = vi.spyOn(HTMLFormElement.prototype, "requestSubmit").mockImplementation(() => undefined);
  the("#and").click();
  await settled();
  expect(submitted).toHaveBeenCalledWith(the("#and"));
});

test("× closes the panel and gives the focus back to the funnel", () => {
  the("#close").click();
  expect(the<HTMLDetailsElement>("details").open).toBe(false);
  expect(document.activeElement).toBe(the("summary"));
});
