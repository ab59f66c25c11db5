import { Controller } from "@hotwired/stimulus";

/**
 * Fields that are there only if a choice before them has one of certain codes (WR-03): each `field` is a fieldset that
 * says with `data-field` whose choice it is, and with `data-codes` which of them. What is not there is disabled as well,
 * so it is neither sent nor asked for, and what depends on it is not there either. Without script all fields are
 * there, each with a `note` saying when it counts.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["field", "note"];
  declare readonly fieldTargets: HTMLFieldSetElement[];
  declare readonly noteTargets: HTMLElement[];

  connect(): void {
    for (const note of this.noteTargets) note.hidden = true;
    this.element.addEventListener("input", this.look);
    this.element.addEventListener("change", this.look);
    this.look();
  }

  disconnect(): void {
    this.element.removeEventListener("input", this.look);
    this.element.removeEventListener("change", this.look);
  }

  private look = (): void => {
    let isChanged = false;
    // In the order of the page: a condition looks at a field before it, which is disabled by now if it is not there.
    for (const field of this.fieldTargets) {
      const isThere = this.holds(field);
      isChanged ||= field.disabled === isThere;
      field.disabled = !isThere;
      field.hidden = !isThere;
    }
    if (isChanged) this.dispatch("changed");
  };

  private holds(field: HTMLElement): boolean {
    const form = field.closest("form");
    const name = field.dataset["field"] ?? "";
    const asked = form?.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!form || !asked || asked.closest("fieldset[disabled]")) return false;
    const codes = (field.dataset["codes"] ?? "").split(" ");
    return new FormData(form).getAll(name).some((code) => typeof code === "string" && codes.includes(code));
  }
}
