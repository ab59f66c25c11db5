import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { settled, stage, the } from "./stage";

const OPTIONS = { challenge: "AQ", user: { id: "Ag", name: "hanako", displayName: "花子" } };
const CREATED = {
  id: "Aw",
  rawId: new Uint8Array([3]).buffer,
  type: "public-key",
  response: { clientDataJSON: new ArrayBuffer(0), attestationObject: new ArrayBuffer(0) },
};
const create = vi.fn();
let sent = 0;

function markup(origin: string, act = "create"): string {
  const words = ["unsupported", "elsewhere", "cancelled", "known", "failed"]
    .map((when) => `<p data-passkey-target="words" data-when="${when}" hidden>${when}</p>`)
    .join("");
  return `<form data-controller="passkey" data-action="passkey#ask" data-passkey-act-value="${act}"
    data-passkey-origin-value="${origin}" data-passkey-options-value='${JSON.stringify(OPTIONS)}'>
    <input type="hidden" name="answer" data-passkey-target="answer">
    <input name="name" value="鍵" data-passkey-target="name">${words}<button>追加</button></form>`;
}

function said(): string[] {
  return [...document.querySelectorAll<HTMLElement>("p:not([hidden])")].map((words) => words.dataset.when ?? "");
}

async function press(): Promise<SubmitEvent> {
  const event = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: the("button") });
  the("form").dispatchEvent(event);
  await settled();
  return event;
}

beforeEach(async () => {
  sent = 0;
  create.mockReset();
  vi.stubGlobal("PublicKeyCredential", class {});
  Object.defineProperty(navigator, "credentials", { value: { create, get: create }, configurable: true });
  await stage(markup(window.location.origin));
  the<HTMLFormElement>("form").requestSubmit = () => (sent += 1);
});

afterEach(() => vi.unstubAllGlobals());

test("the press asks the authenticator and sends what it answered", async () => {
  create.mockResolvedValue(CREATED);
  expect((await press()).defaultPrevented).toBe(true);
  expect(create.mock.calls[0]?.[0].publicKey.challenge).toEqual(new Uint8Array([1]));
  expect(JSON.parse(the<HTMLInputElement>("[name=answer]").value).rawId).toBe("Aw");
  expect(sent).toBe(1);
  expect(said()).toEqual([]);
  expect((await press()).defaultPrevented).toBe(false);
  expect(create).toHaveBeenCalledOnce();
});

test("a second press while the browser asks changes nothing", async () => {
  create.mockReturnValue(new Promise(() => {}));
  await press();
  expect((await press()).defaultPrevented).toBe(true);
  expect(create).toHaveBeenCalledOnce();
});

test("without a name the server is asked, not the authenticator", async () => {
  the<HTMLInputElement>("[name=name]").value = " ";
  expect((await press()).defaultPrevented).toBe(false);
  expect(create).not.toHaveBeenCalled();
});

test.each([
  ["NotAllowedError", "cancelled"],
  ["AbortError", "cancelled"],
  ["InvalidStateError", "known"],
  ["SecurityError", "elsewhere"],
  ["NotSupportedError", "unsupported"],
  ["UnknownError", "failed"],
])("%s is said as %s, and nothing is sent", async (name, when) => {
  create.mockRejectedValue(new DOMException("…", name));
  await press();
  expect(said()).toEqual([when]);
  expect(sent).toBe(0);
  create.mockResolvedValue(CREATED);
  await press();
  expect(said()).toEqual([]);
  expect(sent).toBe(1);
});

test("an authenticator that brings nothing was cancelled", async () => {
  create.mockResolvedValue(null);
  await press();
  expect(said()).toEqual(["cancelled"]);
});

test("a browser without passkeys says so at once", async () => {
  vi.stubGlobal("PublicKeyCredential", undefined);
  Reflect.deleteProperty(window, "PublicKeyCredential");
  await stage(markup(window.location.origin));
  expect(said()).toEqual(["unsupported"]);
});

test("at another address than the public one no authenticator is asked", async () => {
  await stage(markup("https://desk.example", "get"));
  expect(said()).toEqual(["elsewhere"]);
  expect((await press()).defaultPrevented).toBe(true);
  expect(create).not.toHaveBeenCalled();
});

test("the way back shows a form that asks anew", async () => {
  the<HTMLInputElement>("[name=answer]").value = "{}";
  window.dispatchEvent(new Event("pageshow"));
  expect(the<HTMLInputElement>("[name=answer]").value).toBe("");
});
