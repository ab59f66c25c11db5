import { Controller } from "@hotwired/stimulus";

import { answerOf, creationOptions, requestOptions, type CreationJSON, type RequestJSON } from "../webauthn";

/**
 * A form whose answer comes from an authenticator: pressing its button asks the browser for a passkey, new or known, and
 * sends the form with what it brought. What goes wrong is said by words that the page holds ready, in its language.
 */
export default class extends Controller<HTMLFormElement> {
  static targets = ["answer", "name", "words"];
  static values = { act: String, options: Object, origin: String };

  declare readonly answerTarget: HTMLInputElement;
  declare readonly nameTarget: HTMLInputElement;
  declare readonly hasNameTarget: boolean;
  declare readonly wordsTargets: HTMLElement[];
  declare readonly actValue: string;
  declare readonly optionsValue: CreationJSON & RequestJSON;
  declare readonly originValue: string;

  private asking: AbortController | null = null;

  connect(): void {
    window.addEventListener("pageshow", this.forget);
    this.say(this.hindrance());
  }

  disconnect(): void {
    window.removeEventListener("pageshow", this.forget);
    this.asking?.abort();
  }

  async ask(event: SubmitEvent): Promise<void> {
    // With an answer the form may go; without a name too, since the server says what is missing.
    if (this.answerTarget.value || (this.hasNameTarget && !this.nameTarget.value.trim())) return;
    event.preventDefault();
    if (this.asking) return;
    this.asking = new AbortController();
    try {
      const hindrance = this.hindrance();
      this.say(hindrance);
      if (hindrance) return;
      this.answerTarget.value = JSON.stringify(answerOf(await this.credential(this.asking.signal)));
      this.element.requestSubmit(event.submitter);
    } catch (error) {
      this.say(reason(error));
    } finally {
      this.asking = null;
    }
  }

  private async credential(signal: AbortSignal): Promise<PublicKeyCredential> {
    const found =
      this.actValue === "create"
        ? await navigator.credentials.create({ publicKey: creationOptions(this.optionsValue), signal })
        : await navigator.credentials.get({ publicKey: requestOptions(this.optionsValue), signal });
    if (!found) throw new DOMException("no credential", "NotAllowedError");
    return found as PublicKeyCredential;
  }

  private hindrance(): string | null {
    if (window.location.origin !== this.originValue) return "elsewhere";
    return "PublicKeyCredential" in window && navigator.credentials ? null : "unsupported";
  }

  private say(when: string | null): void {
    for (const words of this.wordsTargets) words.hidden = words.dataset.when !== when;
  }

  // The way back in the browser shows the form as it was left: its answer has been given, and is good for nothing now.
  private forget = (): void => {
    this.answerTarget.value = "";
  };
}

const REASONS: Record<string, string> = {
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  InvalidStateError: "known",
  NotSupportedError: "unsupported",
  SecurityError: "elsewhere",
};

function reason(error: unknown): string {
  return (error instanceof DOMException && REASONS[error.name]) || "failed";
}
