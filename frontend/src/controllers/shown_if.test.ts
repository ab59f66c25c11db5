import { beforeEach, expect, test } from "vitest";

import { stage, the } from "./stage";

beforeEach(() =>
  stage(`<form data-controller="required-panel">
    <div data-controller="shown-if">
      <select id="kind" name="f-kind">
        <option value=""></option><option value="add">Add</option><option value="change">Change</option>
        <option value="remove">Remove</option>
      </select>
      <fieldset id="more" data-shown-if-target="field" data-field="f-kind" data-codes="add change">
        <p id="note" data-shown-if-target="note">If Kind is Add or Change</p>
        <label><input type="checkbox" id="vpn" name="f-more" value="vpn">VPN</label>
        <label><input type="checkbox" id="mail" name="f-more" value="mail">Mail</label>
      </fieldset>
      <fieldset id="nets" data-shown-if-target="field" data-field="f-more" data-codes="vpn">
        <textarea id="f-nets" name="f-nets"></textarea>
      </fieldset>
    </div>
    <ul><li id="missing" data-required-panel-target="item" data-for="f-nets"><a href="#f-nets">Networks</a></li></ul>
    <p id="done" hidden data-required-panel-target="done">All there</p>
  </form>`),
);

function choose(code: string): void {
  const kind = the<HTMLSelectElement>("#kind");
  kind.value = code;
  kind.dispatchEvent(new Event("change", { bubbles: true }));
}

const isThere = (selector: string) => {
  const field = the<HTMLFieldSetElement>(selector);
  expect(field.disabled).toBe(field.hidden);
  return !field.hidden;
};
test("what depends on a choice is there only for its codes", () => {
  expect([isThere("#more"), isThere("#nets")]).toEqual([false, false]);
  choose("add");
  expect([isThere("#more"), isThere("#nets")]).toEqual([true, false]);
  choose("remove");
  expect(isThere("#more")).toBe(false);
});

test("one of several ticked choices is enough", () => {
  choose("change");
  the("#mail").click();
  expect(isThere("#nets")).toBe(false);
  the("#vpn").click();
  expect(isThere("#nets")).toBe(true);
});

test("what depends on a field that is not there is not there either; what was typed comes back with it", () => {
  choose("add");
  the("#vpn").click();
  the<HTMLTextAreaElement>("#f-nets").value = "192.0.2.1";
  expect([isThere("#more"), isThere("#nets")]).toEqual([true, true]);
  choose("remove");
  expect([isThere("#more"), isThere("#nets")]).toEqual([false, false]);
  choose("add");
  expect([isThere("#more"), isThere("#nets")]).toEqual([true, true]);
  expect(the<HTMLTextAreaElement>("#f-nets").value).toBe("192.0.2.1");
});

test("the notes are for those without script", () => {
  expect(the("#note").hidden).toBe(true);
});

test("the panel asks for a field only while it is there", () => {
  expect([the("#missing").hidden, the("#done").hidden]).toEqual([true, false]);
  choose("add");
  the("#vpn").click();
  expect([the("#missing").hidden, the("#done").hidden]).toEqual([false, true]);
  choose("");
  expect(the("#missing").hidden).toBe(true);
});
