import { Controller } from "@hotwired/stimulus";

const SILENCE_MS = 900;
const LEVELS = ["weak", "weak", "fair", "good", "very_good"];

/**
 * A new password and its checklist (PW-04 to PW-06): each `rule` brings the pattern that the server checks as well and
 * is ticked as it holds; the form's button stays inactive until all hold and both entries are equal. Without the script
 * the list stands there to be read, the button works, and the server says what is missing.
 */
export default class extends Controller<HTMLElement> {
  static targets = ["password", "again", "rule", "equal", "meter", "level", "told"];
  static values = { unicode: Boolean, missing: String, complete: String };
  declare readonly passwordTarget: HTMLInputElement;
  declare readonly againTarget: HTMLInputElement;
  declare readonly ruleTargets: HTMLElement[];
  declare readonly equalTarget: HTMLElement;
  declare readonly meterTarget: HTMLElement;
  declare readonly hasMeterTarget: boolean;
  declare readonly levelTargets: HTMLElement[];
  declare readonly toldTarget: HTMLElement;
  declare readonly unicodeValue: boolean;
  declare readonly missingValue: string;
  declare readonly completeValue: string;
  private telling: ReturnType<typeof setTimeout> | undefined;

  connect(): void {
    this.element.addEventListener("input", this.look);
    // A password manager fills in without typing, and the way back shows the fields as they were left.
    this.element.addEventListener("change", this.look);
    window.addEventListener("pageshow", this.look);
    this.look();
  }

  disconnect(): void {
    this.element.removeEventListener("input", this.look);
    this.element.removeEventListener("change", this.look);
    window.removeEventListener("pageshow", this.look);
    clearTimeout(this.telling);
  }

  private look = (): void => {
    const typed = this.passwordTarget.value;
    const missing = this.ruleTargets.filter((rule) => !tick(rule, typed !== "" && this.holds(rule, typed)));
    // What the specification's list does not have is spoken of only while it stands in the way.
    for (const rule of this.ruleTargets) if ("tacit" in rule.dataset) rule.hidden = !typed || !missing.includes(rule);
    if (!tick(this.equalTarget, typed !== "" && typed === this.againTarget.value)) missing.push(this.equalTarget);
    for (const button of this.submitters()) button.disabled = missing.length > 0;
    if (this.hasMeterTarget) this.measure(typed).catch(() => (this.meterTarget.hidden = true));
    clearTimeout(this.telling);
    if (typed) this.telling = setTimeout(() => this.tell(missing), SILENCE_MS);
  };

  /** As typed and in the form that is stored, which is the same but for Unicode (SEC-02). */
  private holds(rule: HTMLElement, typed: string): boolean {
    const pattern = new RegExp(`^(?:${rule.dataset["pattern"] ?? ""})$`, "su");
    return pattern.test(typed) && pattern.test(this.unicodeValue ? typed.normalize("NFKC") : typed);
  }

  private submitters(): NodeListOf<HTMLButtonElement> {
    return (this.passwordTarget.form ?? this.element).querySelectorAll<HTMLButtonElement>('button[type="submit"]');
  }

  private async measure(typed: string): Promise<void> {
    if (typed) {
      const { measure } = await import("../strength");
      // Somebody has typed on while the scale was being fetched.
      if (typed !== this.passwordTarget.value) return;
      const level = LEVELS[measure(typed)] ?? "weak";
      this.meterTarget.dataset["level"] = level;
      for (const word of this.levelTargets) word.hidden = word.dataset["level"] !== level;
    }
    this.meterTarget.hidden = !typed;
  }

  /** Spoken once the fingers rest, not at each key. */
  private tell(missing: HTMLElement[]): void {
    const lines = missing.map((line) => line.querySelector("[data-text]")?.textContent?.trim());
    this.toldTarget.textContent = lines.length ? `${this.missingValue} ${lines.join(", ")}` : this.completeValue;
  }
}

/** Marks a line by sign, word and colour. */
function tick(line: HTMLElement, isMet: boolean): boolean {
  for (const sign of line.querySelectorAll<HTMLElement>("[data-when]")) {
    sign.hidden = (sign.dataset["when"] === "met") !== isMet;
  }
  line.toggleAttribute("data-met", isMet);
  return isMet;
}
