import { defineConfig } from "vite";

// The portal embeds dist/ and reads .vite/manifest.json to learn the hashed names.
export default defineConfig({
  base: "/assets/",
  build: {
    manifest: true,
    // The map library is one chunk of its own, fetched when a map is opened.
    chunkSizeWarningLimit: 1200,
    target: "es2022",
    assetsDir: "",
    // Fonts and the map's worker must be files: the content security policy refuses data: and blob: for them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { main: "src/main.ts" } },
  },
});
