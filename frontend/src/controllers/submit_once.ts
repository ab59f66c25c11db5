import { Controller } from "@hotwired/stimulus";

/**
 * A second press while the first is on its way is ignored. The button is not disabled: it keeps its focus, its name and
 * its value in what is sent. The server holds the real promise (a form key); this only spares the round trip.
 */
export default class extends Controller<HTMLFormElement> {
  private submitter: Element | null = null;
  private sent = false;

  connect(): void {
    this.element.addEventListener("submit", this.submit, { capture: true });
    this.element.addEventListener("htmx:finally:request", this.again);
    window.addEventListener("pageshow", this.again);
  }

  disconnect(): void {
    this.element.removeEventListener("submit", this.submit, { capture: true });
    this.element.removeEventListener("htmx:finally:request", this.again);
    window.removeEventListener("pageshow", this.again);
  }

  private submit = (event: SubmitEvent): void => {
    if (this.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    this.sent = true;
    this.submitter = event.submitter;
    this.submitter?.setAttribute("aria-disabled", "true");
  };

  // The way back in the browser shows the form as it was left, which must be usable again.
  private again = (): void => {
    this.sent = false;
    this.submitter?.removeAttribute("aria-disabled");
  };
}
