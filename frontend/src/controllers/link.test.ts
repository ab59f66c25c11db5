import { expect, test } from "vitest";

import { settled, stage, the } from "./stage";

const PAGE = `<form><textarea id="reply-body">前後</textarea></form>
<div data-controller="link" data-link-field-value="reply-body"><div id="found"></div></div>`;
const FOUND = `<button type="button" hidden data-link-target="insert" data-action="link#insert"
  data-title="接続手順" data-href="https://desk.example/cs/knowledge/KB0000001">挿入</button>`;

async function find(page = PAGE): Promise<HTMLButtonElement> {
  await stage(page);
  the("#found").innerHTML = FOUND;
  await settled();
  return the<HTMLButtonElement>("button");
}

test("what was found can be put in at the cursor of the plain field, with its address", async () => {
  const button = await find();
  expect(button.hidden).toBe(false);
  const field = the<HTMLTextAreaElement>("textarea");
  field.setSelectionRange(1, 1);
  button.click();
  expect(field.value).toBe("前接続手順 https://desk.example/cs/knowledge/KB0000001後");
});

test("an editor in the field's place is told of title and address", async () => {
  const button = await find();
  const field = the<HTMLTextAreaElement>("textarea");
  const told: unknown[] = [];
  field.addEventListener("madoguchi:insert", (event) => {
    event.preventDefault();
    told.push((event as CustomEvent<{ link: unknown }>).detail.link);
  });
  button.click();
  expect(told).toEqual([{ title: "接続手順", href: "https://desk.example/cs/knowledge/KB0000001" }]);
  expect(field.value).toBe("前後");
});

test("without a field to put it in, nothing is offered", async () => {
  const button = await find(PAGE.replace('id="reply-body"', ""));
  expect(button.hidden).toBe(true);
});
