import { beforeEach, expect, test } from "vitest";

import { stage, the } from "./stage";

let arrived = 0;

beforeEach(async () => {
  arrived = 0;
  await stage('<form data-controller="submit-once"><button>送信</button></form>');
  the("form").addEventListener("submit", () => (arrived += 1));
});

function submit(): SubmitEvent {
  const event = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: the("button") });
  the("form").dispatchEvent(event);
  return event;
}

test("a double press sends once, and the button stays enabled", () => {
  expect(submit().defaultPrevented).toBe(false);
  expect(submit().defaultPrevented).toBe(true);
  expect(arrived).toBe(1);
  expect(the("button").getAttribute("aria-disabled")).toBe("true");
  expect(the<HTMLButtonElement>("button").disabled).toBe(false);
});

test("a form that is shown again can be sent again", () => {
  submit();
  window.dispatchEvent(new Event("pageshow"));
  expect(the("button").hasAttribute("aria-disabled")).toBe(false);
  expect(submit().defaultPrevented).toBe(false);
});

test("after a refused fragment the form can be sent again", () => {
  submit();
  the("form").dispatchEvent(new Event("htmx:finally:request"));
  expect(submit().defaultPrevented).toBe(false);
});
