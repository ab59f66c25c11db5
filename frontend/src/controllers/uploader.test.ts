import { beforeAll, beforeEach, expect, test, vi } from "vitest";

import type { Told } from "../uploads";
import { settled, stage, the } from "./stage";

interface Sent {
  file: File;
  told: Told;
  pause: ReturnType<typeof vi.fn>;
  resume: ReturnType<typeof vi.fn>;
  takeOff: ReturnType<typeof vi.fn>;
}

const sent: Sent[] = [];

vi.mock("../uploads", () => ({
  move: (file: File, _url: string, _part: number, told: Told) => {
    const one = { file, told, pause: vi.fn(), resume: vi.fn(), takeOff: vi.fn() };
    sent.push(one);
    return one;
  },
}));

const WORDS = JSON.stringify({
  large: "{name} is too large", empty: "{name} is empty", many: "too many", waiting: "waiting", paused: "paused",
  whole: "there", stopped: "stopped", finishing: "checking", sentLater: "sent later", signedOut: "signed out", failed: "failed",
});
// What one test leaves behind must not come back in the next one, so each has a field of its own.
let count = 0;
const uploader = () => `<div id="uploader" data-controller="uploader" data-uploader-url-value="/cs/uploads" data-uploader-most-value="10"
    data-uploader-part-value="4" data-uploader-count-value="3" data-uploader-words-value='${WORDS}'>
  <input id="files-${count}" type="file" name="files" multiple data-uploader-target="input" data-action="change->uploader#chosen">
  <div hidden data-uploader-target="drop"><button type="button" data-action="uploader#choose">Choose</button></div>
  <ul data-uploader-target="list"></ul>
  <p id="problem" hidden data-uploader-target="problem"></p>
  <p id="told" data-uploader-target="told"></p>
  <template data-uploader-target="row"><li><span data-part="name"></span><span data-part="size"></span><span data-part="state"></span>
    <progress max="100" data-part="bar"></progress><button type="button" data-part="pause">Pause</button>
    <button type="button" data-part="resume" hidden>Resume</button><button type="button" data-part="remove">Take off</button></li></template>
</div>`;
const page = () => `<form id="form">${uploader()}<button id="send">Send</button></form>`;

const arrived = vi.fn((event: Event) => event.preventDefault());

function file(name: string, size = 5): File {
  return new File(["x".repeat(size)], name, { lastModified: name.length });
}

async function choose(...files: File[]): Promise<void> {
  const input = the<HTMLInputElement>("input[type=file]");
  Object.defineProperty(input, "files", { configurable: true, value: files });
  input.dispatchEvent(new Event("change"));
  await settled();
  await settled();
}

function send(): void {
  the<HTMLFormElement>("#form").dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: the("#send") }));
}

function names(): string[] {
  return [...document.querySelectorAll('[data-part="name"]')].map((item) => item.textContent ?? "");
}

beforeAll(async () => {
  await import("../uploads");
});

beforeEach(async () => {
  // What the last test had begun goes to its own list.
  await settled();
  sent.length = 0;
  arrived.mockClear();
  count += 1;
  await stage(page());
  const form = the<HTMLFormElement>("#form");
  form.addEventListener("submit", arrived);
  form.requestSubmit = send;
});

test("the field gives its name away, so that no file travels twice", () => {
  expect(the("input[type=file]").hasAttribute("name")).toBe(false);
  expect(the('[data-uploader-target="drop"]').hidden).toBe(false);
});

test("a file of too many bytes, or of none, stays here and is named", async () => {
  await choose(file("large.bin", 11), file("empty.txt", 0), file("fits.bin", 10));
  expect(the("#problem").textContent).toBe("large.bin is too large empty.txt is empty");
  expect(the("#problem").hidden).toBe(false);
  expect(names()).toEqual(["fits.bin"]);
  expect(sent.map((item) => item.file.name)).toEqual(["fits.bin"]);
});

test("more files than fit into one sending are refused", async () => {
  await choose(file("a"), file("bb"), file("ccc"), file("dddd"));
  expect(names()).toEqual(["a", "bb", "ccc"]);
  expect(the("#problem").textContent).toBe("too many");
});

test("two files travel at once, the third when one of them is there", async () => {
  const onTheirWay = () => sent.map((item) => item.file.name).filter((name) => name.startsWith("log"));
  await choose(file("log-1"), file("log-22"), file("log-333"));
  await vi.waitFor(() => expect(onTheirWay()).toEqual(["log-1", "log-22"]));
  sent.find((item) => item.file.name === "log-1")?.told.whole("f00d");
  await vi.waitFor(() => expect(onTheirWay()).toEqual(["log-1", "log-22", "log-333"]));
});

test("how far it has come is said in percent, and that the server is still at it", async () => {
  await choose(file("a"));
  sent[0]?.told.progress(2, 5);
  expect(the('[data-part="state"]').textContent).toBe("40 %");
  expect(the<HTMLProgressElement>("progress").value).toBe(40);
  sent[0]?.told.progress(5, 5);
  expect(the('[data-part="state"]').textContent).toBe("checking");
});

test("the form waits for its files and then goes by itself, with their tokens", async () => {
  await choose(file("a"));
  send();
  expect(arrived).not.toHaveBeenCalled();
  expect(the("#told").textContent).toBe("sent later");
  sent[0]?.told.whole("f00d");
  expect(arrived).toHaveBeenCalledOnce();
  expect(the<HTMLInputElement>('input[name="uploads"]').value).toBe("f00d");
});

test("pausing and going on", async () => {
  await choose(file("a"));
  the('[data-part="pause"]').click();
  expect(sent[0]?.pause).toHaveBeenCalledOnce();
  expect(the('[data-part="state"]').textContent).toBe("paused");
  expect(the('[data-part="pause"]').hidden).toBe(true);
  the('[data-part="resume"]').click();
  expect(sent[0]?.resume).toHaveBeenCalledOnce();
  expect(the('[data-part="pause"]').hidden).toBe(false);
});

test("whoever sends the form wants what is paused to go as well", async () => {
  await choose(file("a"));
  the('[data-part="pause"]').click();
  send();
  expect(sent[0]?.resume).toHaveBeenCalledOnce();
});

test("a file that was taken off is gone from the list and from the server", async () => {
  await choose(file("a"), file("bb"));
  the('[data-part="remove"]').click();
  expect(sent[0]?.takeOff).toHaveBeenCalledOnce();
  expect(names()).toEqual(["bb"]);
});

test("what the server says of a file is shown, and the form does not go without it", async () => {
  await choose(file("a"));
  sent[0]?.told.stopped("no room", false);
  expect(the("#problem").textContent).toBe("no room");
  send();
  expect(arrived).not.toHaveBeenCalled();
  expect(the("#problem").textContent).toBe("failed");
});

test("whoever is signed out meanwhile learns how to go on", async () => {
  await choose(file("a"));
  sent[0]?.told.stopped("", true);
  expect(the("#problem").textContent).toBe("signed out");
});

test("a swap of the page around it loses no file", async () => {
  await choose(file("a"));
  the("#uploader").outerHTML = uploader();
  await settled();
  expect(names()).toEqual(["a"]);
  sent[0]?.told.whole("f00d");
  expect(the<HTMLInputElement>('input[name="uploads"]').value).toBe("f00d");
});

test("the files of a form that was sent do not come back", async () => {
  await choose(file("a"));
  sent[0]?.told.whole("f00d");
  send();
  the("#uploader").outerHTML = uploader();
  await settled();
  expect(names()).toEqual([]);
});

test("another script hands its files over", async () => {
  the("#form").dispatchEvent(new CustomEvent("uploader:add", { detail: { files: [file("Pasted image.png")] } }));
  await settled();
  expect(names()).toEqual(["Pasted image.png"]);
});

test("files answer the field they were chosen at, and whoever looks at the form is told", async () => {
  the("#uploader").dataset["uploaderNameValue"] = "f-logs";
  const looked = vi.fn();
  the("#form").addEventListener("change", looked);
  await choose(file("a"));
  sent[0]?.told.whole("f00d");
  expect(new FormData(the<HTMLFormElement>("#form")).getAll("f-logs")).toEqual(["f00d"]);
  expect(looked).toHaveBeenCalledTimes(1);
  the('[data-part="remove"]').click();
  expect(looked).toHaveBeenCalledTimes(2);
});

test("a file that the draft in the new part names already is not shown twice", async () => {
  await choose(file("a"), file("b"));
  sent[0]?.told.whole("f00d");
  const box = '<li><input type="checkbox" name="uploads" value="f00d" checked></li>';
  the("#uploader").outerHTML = uploader().replace('target="list">', `target="list">${box}`);
  await settled();
  expect(names()).toEqual(["b"]);
  expect(new FormData(the<HTMLFormElement>("#form")).getAll("uploads")).toEqual(["f00d"]);
});

test("whoever discards the draft of the form is rid of its files, and the form does not go by itself", async () => {
  await choose(file("a"), file("b"));
  sent[0]?.told.whole("f00d");
  send();
  document.body.insertAdjacentHTML("beforeend", `<form id="gone" data-discards="body files-${count}"></form>`);
  the("#gone").dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  expect(names()).toEqual([]);
  expect(sent.map((one) => one.takeOff.mock.calls.length)).toEqual([1, 1]);
  expect(arrived).not.toHaveBeenCalled();
  the("#uploader").outerHTML = uploader();
  await settled();
  expect(names()).toEqual([]);
});
