import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const KEPT_MS = 24 * 60 * 60 * 1000;
const COMPRESSIBLE = /\.(css|js|svg)$/;

/** Write a brotli and a gzip copy beside every built file; the server sends the smallest that the browser takes. */
export function compress() {
  let folder = "";
  return {
    name: "compress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir, config.build.assetsDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
      }
      for (const name of readdirSync(folder).filter((one) => COMPRESSIBLE.test(one))) {
        const path = join(folder, name);
        const content = readFileSync(path);
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}
