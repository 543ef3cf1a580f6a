import { defineConfig } from "vitest/config";

/** Unit tests lie beside their file and run from the sources; tests in test/ run the built package. */
export default defineConfig({
  test: {
    // Two are enough on two cores, and the tests of the pool and the server start processes of their own.
    maxWorkers: 2,
    pool: "forks",
    // V8 can abort ("jit_page.has_value()") where threads of one process compile wrappers of WebAssembly imports, as Node's
    // type stripping makes them in threads that run from the sources: never compiling them avoids it (nodejs/node#64500).
    execArgv: ["--wasm-wrapper-tiering-budget=1000000000"],
    setupFiles: ["test/support/leaks.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["{src,ui/src}/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/**/*.test.ts"],
          exclude: ["test/fixtures/**"],
          globalSetup: ["scripts/build.mjs"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
