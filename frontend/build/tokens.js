import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const SHEET = require.resolve("@digital-go-jp/design-tokens/dist/tokens.css");
const NAME = "dads:tokens";

/**
 * Lets Sass read the Digital Agency's design tokens: `@use "dads:tokens" as dads` gives `dads.$color-primitive-blue-900`
 * and so on. Only the values that a stylesheet really uses reach the browser, instead of all 250 custom properties.
 */
export function designTokens() {
  return {
    canonicalize: (url) => (url === NAME ? new URL(NAME) : null),
    load: () => ({ contents: variables(readFileSync(SHEET, "utf8")), syntax: "scss" }),
  };
}

function variables(css) {
  const values = new Map([...css.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]));
  const resolved = (value) => value.replace(/var\(--([\w-]+)\)/g, (_, name) => resolved(values.get(name)));
  return [...values].map(([name, value]) => `$${name}: ${resolved(value)};`).join("\n");
}
