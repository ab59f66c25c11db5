import { expect, test } from "vitest";

import { stage, the } from "./stage";

async function countdown(seconds: number): Promise<HTMLButtonElement> {
  await stage(
    `<form data-controller="resend" data-resend-seconds-value="${seconds}" data-resend-text-value="コードを再送信 {n}秒以内">
       <button data-resend-target="button">コードを再送信</button>
     </form>`,
  );
  return the<HTMLButtonElement>("button");
}

test("while the countdown runs the button rests and says how long", async () => {
  const button = await countdown(30);
  expect(button.disabled).toBe(true);
  expect(button.textContent).toBe("コードを再送信 30秒以内");
});

test("when it is over the button is itself again", async () => {
  const button = await countdown(1);
  await new Promise((done) => setTimeout(done, 1_400));
  expect(button.disabled).toBe(false);
  expect(button.textContent).toBe("コードを再送信");
});

test("without a wait it never rests", async () => {
  const button = await countdown(0);
  expect(button.disabled).toBe(false);
  expect(button.textContent).toBe("コードを再送信");
});
