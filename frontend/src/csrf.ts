/** Every request that htmx sends carries the page's CSRF token; the server compares it as for a plain form. */
function addToken(event: Event): void {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
  const { ctx } = (event as CustomEvent<{ ctx: { request: { headers: Record<string, string> } } }>).detail;
  if (token) ctx.request.headers["X-CSRFToken"] = token;
}

document.addEventListener("htmx:config:request", addToken);

export {};
