import { expect, test } from "vitest";

import { stage, the } from "./stage";

async function countdown(seconds: number): Promise<HTMLFormElement> {
  await stage(
    `<form data-controller="take-back" data-take-back-seconds-value="${seconds}" data-take-back-text-value="取り消す（残り {n} 秒）">
       <button><span data-take-back-target="text">取り消す</span></button>
     </form>`,
  );
  return the<HTMLFormElement>("form");
}

test("the button names the seconds left", async () => {
  const form = await countdown(30);
  expect(form.hidden).toBe(false);
  expect(form.textContent?.trim()).toBe("取り消す（残り 30 秒）");
});

test("when the time is over the button is gone", async () => {
  await countdown(1);
  await new Promise((done) => setTimeout(done, 1_400));
  expect(the("form").hidden).toBe(true);
});
