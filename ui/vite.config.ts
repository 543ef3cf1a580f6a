import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/**
 * Built by scripts/build.mjs to dist/ui, which the server serves under /ui/. `npm run dev -w ui` serves the sources, with the data of
 * a server that runs at its default address.
 */
export default defineConfig({
  base: "/ui/",
  plugins: [react(), tailwindcss()],
  worker: { format: "es" },
  build: {
    target: "es2023",
    chunkSizeWarningLimit: 2_000,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": "http://localhost:48008" } },
});
