import { defineConfig } from "vite";

import { commonPasswords } from "./build/common_passwords.js";
import { compress } from "./build/compress.js";
import { fonts } from "./build/fonts.js";
import { sprite } from "./build/sprite.js";
import { designTokens } from "./build/tokens.js";

// BIZ UDPGothic is drawn for documents and has every sign of JIS X 0208; lists are printed in it (app/lists/export/).
const gothic = "@expo-google-fonts/biz-udpgothic";
const printed = {
  "regular.ttf": `${gothic}/400Regular/BIZUDPGothic_400Regular.ttf`,
  "bold.ttf": `${gothic}/700Bold/BIZUDPGothic_700Bold.ttf`,
  LICENSE: `${gothic}/LICENSE_FONT`,
};

// Only browsers that the specification names (BROWSER-01: the newest ones) are served, so modern CSS stays as written.
const browsers = ["chrome131", "firefox140", "safari18"];

export default defineConfig({
  root: import.meta.dirname,
  base: "/static/dist/",
  plugins: [commonPasswords({ most: 10_000 }), sprite({ list: "src/icons/icons.json", own: "src/icons" }), fonts(printed), compress()],
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
    // One page for all files, which takes a sixth of the time; each test puts its own markup on it.
    isolate: false,
    // What is loaded when it is needed takes its time on a busy machine.
    testTimeout: 30_000,
  },
});
