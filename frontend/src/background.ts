/** Sends something that the page does by itself; the answer's status, or 0 if there was none. */
export async function sendQuietly(url: string, fields: Record<string, string>, more: RequestInit = {}): Promise<number> {
  const body = new FormData();
  body.set("csrf_token", document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "");
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  try {
    const answer = await fetch(url, { method: "POST", body, cache: "no-store", ...more });
    return answer.status;
  } catch {
    return 0;
  }
}
