import { beforeEach, expect, test } from "vitest";

import { stage, the } from "./stage";

beforeEach(() =>
  stage(`<form data-controller="follow-number">
    <select data-follow-number-target="number">
      <option value="">--なし--</option>
      <option value="N1" data-holder="株式会社サンプル" data-service="マネージドCSPM">N1</option>
      <option value="N2" data-holder="A会社" data-service="モバイルセキュリティ">N2</option>
    </select>
    <output id="holder" data-follow-number-target="shown" data-from="holder">stale</output>
    <output id="service" data-follow-number-target="shown" data-from="service"></output>
  </form>`),
);

function choose(number: string): string[] {
  const select = the<HTMLSelectElement>("select");
  select.value = number;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  return [the("#holder").textContent ?? "", the("#service").textContent ?? ""];
}

test("holder and service follow the number", () => {
  expect(choose("N2")).toEqual(["A会社", "モバイルセキュリティ"]);
  expect(choose("N1")).toEqual(["株式会社サンプル", "マネージドCSPM"]);
});

test("no number, no names", () => {
  expect(the("#holder").textContent).toBe("");
  choose("N1");
  expect(choose("")).toEqual(["", ""]);
});
