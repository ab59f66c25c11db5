import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/**
 * Lays the font of printed lists beside the build, with its licence: the server sets it into PDF files, and no browser
 * loads it. `files` gives the name of each file in the folder `fonts` and where its package has it.
 */
export function fonts(files) {
  let folder = "";
  return {
    name: "fonts",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir, "fonts");
    },
    closeBundle() {
      mkdirSync(folder, { recursive: true });
      for (const [name, source] of Object.entries(files)) {
        const half = join(folder, `${name}.part`);
        copyFileSync(require.resolve(source), half);
        // A desk that runs may be reading the file of the build before: it appears whole or not at all.
        renameSync(half, join(folder, name));
      }
    },
  };
}
