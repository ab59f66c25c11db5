import { expect, test } from "vitest";

import { stage, the } from "./stage";

async function form(id = "", mail = ""): Promise<void> {
  await stage(`<form data-controller="propose-id" data-propose-id-suffix-value=".cs" data-propose-id-longest-value="40">
    <input id="login" value="${id}" data-propose-id-target="id">
    <input id="mail" value="${mail}" data-propose-id-target="mail">
  </form>`);
}

function type(selector: string, text: string): string {
  the<HTMLInputElement>(selector).value = text;
  the(selector).dispatchEvent(new Event("input", { bubbles: true }));
  return the<HTMLInputElement>("#login").value;
}

test("the ID follows the address as it is typed", async () => {
  await form();
  expect(type("#mail", "taro@exa")).toBe("taro@exa.cs");
  expect(type("#mail", " taro@example.com ")).toBe("taro@example.com.cs");
  expect(type("#mail", "")).toBe("");
});

test("37 signs of an address and the suffix make 40", async () => {
  await form();
  const mail = `${"a".repeat(25)}@example.com`;
  expect(type("#mail", mail)).toBe(`${mail}.cs`);
  expect(type("#mail", `b${mail}`)).toBe(`b${mail.slice(0, 36)}.cs`);
  expect(type("#mail", `b${mail}`)).toHaveLength(40);
});

test("an ID that somebody typed stays", async () => {
  await form();
  type("#login", "taro");
  expect(type("#mail", "taro@example.com")).toBe("taro");
});

test("after a refusal a proposal goes on following, and an own ID goes on staying", async () => {
  await form("taro@example.com.cs", "taro@example.com");
  expect(type("#mail", "taro@example.jp")).toBe("taro@example.jp.cs");
  await form("mine", "taro@example.com");
  expect(type("#mail", "taro@example.jp")).toBe("mine");
});
