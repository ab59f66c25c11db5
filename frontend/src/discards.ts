/** Tell whether a form lets the draft go that holds the field of this id (app/cases/templates/cases/parts/draft.html). */
export function discards(form: unknown, id: string): boolean {
  return form instanceof HTMLElement && (form.dataset["discards"] ?? "").split(" ").includes(id);
}
