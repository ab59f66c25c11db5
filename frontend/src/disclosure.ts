/**
 * A <summary> is told as a button (role="button" in the page), which is what it is to those who press it; some browsers
 * then no longer say by themselves whether its part is open, so this does.
 */
function tell(details: HTMLDetailsElement): void {
  details.querySelector(":scope > summary")?.setAttribute("aria-expanded", String(details.open));
}

// The event does not bubble, so it is caught on its way down.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target instanceof HTMLDetailsElement) tell(event.target);
  },
  true,
);

// Parts of the page come and go by swaps; whoever reaches a face by keyboard hears how its part stands.
document.addEventListener("focusin", (event) => {
  const face = event.target instanceof Element ? event.target.closest("summary") : null;
  if (face?.parentElement instanceof HTMLDetailsElement) tell(face.parentElement);
});

for (const details of document.querySelectorAll("details")) tell(details);

export {};
