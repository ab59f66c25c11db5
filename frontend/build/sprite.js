import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(import.meta.url);

/**
 * Builds one sprite from the icons named in a list, and hands the favicon through. An icon of our own (a file in `own`)
 * goes before one of bootstrap-icons with the same name; a name that neither knows stops the build.
 */
export function sprite({ list, own }) {
  let root;
  return {
    name: "madoguchi-sprite",
    apply: "build",
    configResolved(config) {
      root = config.root;
    },
    buildStart() {
      const names = JSON.parse(readFileSync(resolve(root, list), "utf8"));
      const symbols = names.map((name) => symbol(name, source(resolve(root, own), name)));
      this.emitFile({
        type: "asset",
        name: "icons.svg",
        originalFileName: list,
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`,
      });
      const favicon = `${own}/favicon.svg`;
      this.emitFile({
        type: "asset",
        name: "favicon.svg",
        originalFileName: favicon,
        source: readFileSync(resolve(root, favicon), "utf8"),
      });
    },
  };
}

function source(own, name) {
  const drawn = resolve(own, `${name}.svg`);
  return readFileSync(existsSync(drawn) ? drawn : require.resolve(`bootstrap-icons/icons/${name}.svg`), "utf8");
}

function symbol(name, svg) {
  const [, viewBox] = svg.match(/viewBox="([^"]+)"/);
  const [, drawing] = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/);
  // A hundredth of a unit is finer than any screen draws a 16-unit icon; the third decimal would only weigh.
  const coarse = drawing.replace(/\s*\n\s*/g, "").replace(/\d*\.\d{3,}/g, (number) => Number(number).toFixed(2));
  return `<symbol id="${name}" viewBox="${viewBox}">${coarse}</symbol>`;
}
