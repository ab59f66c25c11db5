import { defineConfig } from "vite";

import { compress } from "./build/compress.js";
import { sprite } from "./build/sprite.js";
import { designTokens } from "./build/tokens.js";

// Only browsers that the specification names (BROWSER-01: the newest ones) are served, so modern CSS stays as written.
const browsers = ["chrome131", "firefox140", "safari18"];

export default defineConfig({
  root: import.meta.dirname,
  base: "/static/dist/",
  plugins: [sprite({ list: "src/icons/icons.json", own: "src/icons" }), compress()],
  css: {
    preprocessorOptions: {
      scss: {
        importers: [designTokens()],
        loadPaths: ["node_modules"],
        quietDeps: true,
        // Bootstrap 5 is written with @import throughout; sass is held below version 2 until Bootstrap 6.
        silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
      },
    },
  },
  build: {
    outDir: "../app/static/dist",
    // A desk that runs goes on serving the build it started with; what is older than a day goes (build/compress.js).
    emptyOutDir: false,
    manifest: true,
    target: browsers,
    cssTarget: browsers,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["src/main.ts", "src/main.scss"] },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
  },
});
