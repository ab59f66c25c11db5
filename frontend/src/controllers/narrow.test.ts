import { expect, test } from "vitest";

import { press, stage, the } from "./stage";

const MANY = Array.from({ length: 40 }, (_, index) => `<option value="Etc/Zone_${index}">Etc/Zone_${index}</option>`);

async function choice(options = MANY.join("")): Promise<void> {
  await stage(`<form><select id="zone" data-controller="narrow" data-narrow-label-value="Search">
    <option value="">System (Asia/Tokyo)</option>
    <optgroup label="Common"><option selected>Asia/Seoul</option><option>America/New_York</option></optgroup>
    <optgroup label="All">${options}</optgroup>
  </select></form>`);
}

function shown(): string[] {
  return [...the<HTMLSelectElement>("#zone").options].map((option) => option.text);
}

function type(text: string): HTMLInputElement {
  const box = the<HTMLInputElement>("input[type=search]");
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  return box;
}

test("a short choice is left alone", async () => {
  await choice("");
  expect(document.querySelector("input")).toBeNull();
});

test("what is typed narrows the choice, and what is chosen stays in it", async () => {
  await choice();
  expect(the("input").getAttribute("aria-label")).toBe("Search");
  type("ｎｅｗ  york");
  expect(shown()).toEqual(["Asia/Seoul", "America/New_York"]);
  expect(the<HTMLSelectElement>("#zone").value).toBe("Asia/Seoul");
  type("nowhere");
  expect(shown()).toEqual(["Asia/Seoul"]);
  type("");
  expect(shown()).toHaveLength(43);
  expect(the<HTMLSelectElement>("#zone").value).toBe("Asia/Seoul");
});

test("Enter takes the first that fits, shows all again, and sends no form", async () => {
  await choice();
  const box = type("new york");
  let changes = 0;
  the("#zone").addEventListener("change", () => (changes += 1));
  expect(press(box, "Enter").defaultPrevented).toBe(true);
  expect(the<HTMLSelectElement>("#zone").value).toBe("America/New_York");
  expect([changes, box.value, shown().length]).toEqual([1, "", 43]);
  expect(press(box, "Enter").defaultPrevented).toBe(true);
  expect(the<HTMLSelectElement>("#zone").value).toBe("America/New_York");
});

test("a choice by hand shows all again", async () => {
  await choice();
  type("zone_1");
  const select = the<HTMLSelectElement>("#zone");
  select.value = "Etc/Zone_12";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  expect(shown()).toHaveLength(43);
  expect(select.value).toBe("Etc/Zone_12");
});
