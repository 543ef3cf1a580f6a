import { defineConfig } from "vitest/config";

/** Unit tests lie beside their file and run from the sources; tests in test/ run the built package. */
export default defineConfig({
  test: {
    // Two are enough on two cores, and the tests of the pool and the server start processes of their own.
    maxWorkers: 2,
    pool: "forks",
    setupFiles: ["test/support/leaks.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["src/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/**/*.test.ts"],
          exclude: ["test/fixtures/**"],
          globalSetup: ["scripts/build.mjs"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
