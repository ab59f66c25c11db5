import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const NAME = "virtual:common-passwords";

/**
 * Lets a script import the most common passwords, most common first, as one text with blanks between:
 * `import common from "virtual:common-passwords"`. The package's whole list is five times as long and tells little more.
 */
export function commonPasswords({ most }) {
  return {
    name: "common-passwords",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null;
      const { dictionary } = require("@zxcvbn-ts/language-common");
      return `export default ${JSON.stringify(dictionary["passwords-common"].slice(0, most).join(" "))};`;
    },
  };
}
