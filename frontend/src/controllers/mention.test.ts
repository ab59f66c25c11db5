import { expect, test } from "vitest";

import { press, stage, the } from "./stage";

const PEOPLE = [
  { name: "高橋 健", login: "lead" },
  { name: "伊藤 一花", login: "ichika" },
];

async function note(): Promise<HTMLTextAreaElement> {
  await stage(`<div data-controller="mention" data-mention-label-value="担当者"><div class="field"><textarea></textarea></div></div>`);
  the("[data-controller]").setAttribute("data-mention-people-value", JSON.stringify(PEOPLE));
  await new Promise((done) => setTimeout(done));
  return the<HTMLTextAreaElement>("textarea");
}

function type(field: HTMLTextAreaElement, text: string): void {
  field.value = text;
  field.setSelectionRange(text.length, text.length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const offered = () => [...document.querySelectorAll<HTMLElement>("[role=option]")].map((item) => item.dataset["name"]);

test("behind an @ the colleagues are offered, fewer with each sign", async () => {
  const field = await note();
  type(field, "確認を ＠");
  expect(offered()).toEqual(["高橋 健", "伊藤 一花"]);
  type(field, "確認を @一花");
  expect(offered()).toEqual(["伊藤 一花"]);
  type(field, "確認を @ICH");
  expect(offered()).toEqual(["伊藤 一花"]);
  type(field, "確認を @誰か");
  expect(offered()).toEqual([]);
});

test("a mail address offers nobody", async () => {
  const field = await note();
  type(field, "taro@");
  expect(offered()).toEqual([]);
});

test("keys choose a name, and it is put in place of what was typed", async () => {
  const field = await note();
  type(field, "@");
  press(field, "ArrowDown");
  expect(field.getAttribute("aria-activedescendant")).toBe("mention-1");
  const enter = press(field, "Enter");
  expect(enter.defaultPrevented).toBe(true);
  expect(field.value).toBe("@伊藤 一花 ");
  expect(offered()).toEqual([]);
  expect(field.hasAttribute("aria-activedescendant")).toBe(false);
});

test("Esc closes the list and leaves the text; Enter is a line end again", async () => {
  const field = await note();
  type(field, "@le");
  press(field, "Escape");
  expect(offered()).toEqual([]);
  expect(field.value).toBe("@le");
  expect(press(field, "Enter").defaultPrevented).toBe(false);
});
