import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // A real server start, a copy of a few megabytes and a proof take seconds on a busy machine; the clock is never what a test asserts.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "infra",
          include: ["test/infra/**/*.test.ts"],
          // Pulumi serializes the functions of this file by their text, which has to be Node's and not Vite's.
          server: { deps: { external: [/\/infra\/dynamic\.ts$/] } },
        },
      },
      {
        extends: true,
        test: {
          name: "postgres",
          include: ["test/postgres/**/*.test.ts"],
          globalSetup: ["test/support/server.ts"],
        },
      },
      {
        extends: true,
        test: { name: "cli", include: ["test/cli/**/*.test.ts"], globalSetup: ["test/support/server.ts"] },
      },
      {
        extends: true,
        // One engine, one stack after the other; an `up` takes as long as its images and its copy.
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
