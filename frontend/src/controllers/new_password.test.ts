import { beforeEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

const line = (text: string): string =>
  `<span data-when="open">○</span><span data-when="met" hidden>●</span><span data-text>${text}</span>`;

const markup = (unicode: boolean): string => `<form>
  <div data-controller="new-password" data-new-password-unicode-value="${unicode}"
       data-new-password-missing-value="Missing:" data-new-password-complete-value="Complete">
    <input id="password" type="password" data-new-password-target="password">
    <div id="meter" hidden data-new-password-target="meter">
      <strong hidden data-new-password-target="level" data-level="weak">Weak</strong>
      <strong hidden data-new-password-target="level" data-level="very_good">Very good</strong>
    </div>
    <p id="shortest" data-new-password-target="rule" data-pattern=".{4,}">${line("Four")}</p>
    <p id="digit" data-new-password-target="rule" data-pattern=".*[0-9].*">${line("Digit")}</p>
    <p id="others" hidden data-tacit data-new-password-target="rule" data-pattern="[^ ]*">${line("No blanks")}</p>
    <input id="again" type="password" data-new-password-target="again">
    <p id="equal" data-new-password-target="equal">${line("Equal")}</p>
    <p id="told" data-new-password-target="told"></p>
  </div>
  <button type="button" id="other">Other</button><button type="submit" id="send">Change</button>
</form>`;

beforeEach(async () => {
  vi.useRealTimers();
  await stage(markup(false));
});

function type(selector: string, value: string, event = "input"): void {
  the<HTMLInputElement>(selector).value = value;
  the(selector).dispatchEvent(new Event(event, { bubbles: true }));
}

const met = (): string[] => ["#shortest", "#digit", "#others", "#equal"].filter((id) => the(id).hasAttribute("data-met"));
const isInactive = (): boolean => the<HTMLButtonElement>("#send").disabled;

test("nothing is ticked before anything is typed, and only the form's own button waits", () => {
  expect(met()).toEqual([]);
  expect(isInactive()).toBe(true);
  expect(the<HTMLButtonElement>("#other").disabled).toBe(false);
  expect(the("#others").hidden).toBe(true);
});

test("each rule is ticked as it holds, with a sign of its own", () => {
  type("#password", "ab3");
  expect(met()).toEqual(["#digit", "#others"]);
  const signs = [...the("#digit").querySelectorAll<HTMLElement>("[data-when]")].map((sign) => sign.hidden);
  expect(signs).toEqual([true, false]);
  type("#password", "abc");
  expect(met()).toEqual(["#others"]);
});

test("the button wakes when all hold and both entries are equal, and sleeps again", () => {
  type("#password", "abc4");
  expect(isInactive()).toBe(true);
  type("#again", "abc4", "change");
  expect(isInactive()).toBe(false);
  type("#again", "abc4 ");
  expect(isInactive()).toBe(true);
});

test("a rule that the list does not have shows up while it stands in the way", () => {
  type("#password", "ab 4");
  type("#again", "ab 4");
  expect(the("#others").hidden).toBe(false);
  expect(isInactive()).toBe(true);
  type("#password", "ab4");
  expect(the("#others").hidden).toBe(true);
});

test("where Unicode is allowed the stored form must hold as well", async () => {
  type("#password", "ﬀﬀﬀ4");
  expect(met()).toContain("#digit");
  type("#password", "abc４");
  expect(met()).not.toContain("#digit");
  await stage(markup(true));
  type("#password", "abc４");
  expect(met()).not.toContain("#digit");
  type("#password", "e\u0301e\u03013");
  expect(met()).toEqual(["#digit", "#others"]);
});

test("a character beyond the first plane is one character", () => {
  type("#password", "😀😀4");
  expect(met()).not.toContain("#shortest");
  type("#password", "😀😀😀4");
  expect(met()).toContain("#shortest");
});

test("what is missing is told once the fingers rest", () => {
  vi.useFakeTimers();
  type("#password", "ab");
  type("#password", "abc");
  expect(the("#told").textContent).toBe("");
  vi.advanceTimersByTime(1_000);
  expect(the("#told").textContent).toBe("Missing: Four, Digit, Equal");
  type("#password", "abc4");
  type("#again", "abc4");
  vi.advanceTimersByTime(1_000);
  expect(the("#told").textContent).toBe("Complete");
});

test("the meter names the level, and goes with the text", async () => {
  const shown = (): string[] =>
    [...document.querySelectorAll<HTMLElement>("strong")].filter((word) => !word.hidden).map((word) => word.dataset["level"] ?? "");
  type("#password", "aaaa");
  await vi.waitFor(() => expect(the("#meter").hidden).toBe(false), { timeout: 20_000 });
  expect([the("#meter").dataset["level"], shown()]).toEqual(["weak", ["weak"]]);
  type("#password", "Xk7#pq2Lm9!a");
  await vi.waitFor(() => expect(shown()).toEqual(["very_good"]), { timeout: 20_000 });
  type("#password", "");
  await settled();
  expect(the("#meter").hidden).toBe(true);
});
