/** The fields of a request that the page sends by itself; the form token comes with them. */
type Fields = Record<string, string | string[]>;

/** Asks for something that the page wants by itself; `null` if there was no answer. */
export async function askQuietly(url: string, fields: Fields, more: RequestInit = {}): Promise<Response | null> {
  const body = new FormData();
  body.set("csrf_token", document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "");
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
  try {
    return await fetch(url, { method: "POST", body, cache: "no-store", ...more });
  } catch {
    return null;
  }
}

/** Sends something that the page does by itself; the answer's status, or 0 if there was none. */
export async function sendQuietly(url: string, fields: Fields, more: RequestInit = {}): Promise<number> {
  return (await askQuietly(url, fields, more))?.status ?? 0;
}
