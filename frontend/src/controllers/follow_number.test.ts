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
    <div id="points-1" data-follow-number-target="part" data-number="N1"></div>
    <div id="points-2" data-follow-number-target="part" data-number="N2"></div>
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

test("parts of other numbers go, and all are there while none is chosen", () => {
  const hidden = (): boolean[] => ["#points-1", "#points-2"].map((part) => Boolean(the(part).hidden));
  expect(hidden()).toEqual([false, false]);
  choose("N2");
  expect(hidden()).toEqual([true, false]);
  choose("");
  expect(hidden()).toEqual([false, false]);
});
