import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { afterAll, beforeAll, expect, test } from "vitest";

/** For each border a file that crosses it: [rule, importing file, what it imports]. */
const CROSSINGS = [
  ["no-cycle", "src/model/a.ts", "./b.ts"],
  ["model-imports", "src/model/ids.ts", "../graph/compact.ts"],
  ["graph-imports", "src/graph/compact.ts", "../storage/local-store.ts"],
  ["serialization-imports", "src/serialization/serialize.ts", "../database/open.ts"],
  ["storage-imports", "src/storage/local-store.ts", "../database/open.ts"],
  ["config-imports", "src/config/config.ts", "../database/open.ts"],
  ["definition-imports", "src/definition/definitions.ts", "../sdk/electron.ts"],
  ["leptons-imports", "src/leptons/frames.ts", "../sdk/electron.ts"],
  ["sdk-imports", "src/sdk/electron.ts", "../bundle/bundle.ts"],
  ["bundle-imports", "src/bundle/load.ts", "../index.ts"],
  ["submission-imports", "src/submission/submit.ts", "../index.ts"],
  ["submission-is-for-programs", "src/server/again.ts", "../submission/submit.ts"],
  ["process-imports", "src/process/process-identity.ts", "../database/open.ts"],
  ["discovery-imports", "src/discovery/find-server.ts", "../database/open.ts"],
  ["dispatcher-imports", "src/dispatcher/dispatcher.ts", "../database/open.ts"],
  ["client-imports", "src/client/client.ts", "../server/app.ts"],
  ["worker-imports", "src/worker/main.ts", "../database/open.ts"],
  ["triggers-imports", "src/triggers/triggers.ts", "../dispatcher/dispatcher.ts"],
  ["croner-only-in-triggers", "src/server/times.ts", "croner"],
  ["server-imports", "src/server/app.ts", "../dispatcher/dispatcher.ts"],
  ["sdk-reaches-no-server", "src/submission/dispatch.ts", "../client/client.ts"],
  ["executors-are-islands", "src/executors/ssh/ssh.ts", "../local/pool.ts"],
  ["executors-know-no-server", "src/executors/local/pool.ts", "../../database/open.ts"],
  ["database-imports", "src/database/open.ts", "../server/app.ts"],
  ["revisions-are-frozen", "src/database/revisions/first.ts", "../open.ts"],
  ["drivers-only-in-database-dialects", "src/database/connection.ts", "node:sqlite"],
  ["ssh2-only-in-executors-ssh", "src/executors/local/remote.ts", "ssh2"],
  ["bullmq-only-in-executors-redis", "src/executors/local/queue.ts", "bullmq"],
  ["s3-only-in-storage", "src/executors/local/bucket.ts", "@aws-sdk/client-s3"],
  ["esbuild-only-in-bundle", "src/submission/bundling.ts", "esbuild"],
  ["fastify-only-in-server", "src/client/http.ts", "fastify"],
  ["commander-only-in-cli", "src/server/options.ts", "commander"],
  ["heavy-packages-load-late", "src/bundle/bundle.ts", "esbuild"],
  ["config-is-read-at-entry-points", "src/server/settings.ts", "../config/config.ts"],
  ["nothing-imports-entry-points", "src/server/start.ts", "../cli/main.ts"],
  ["client-is-for-programs", "src/worker/report.ts", "../client/client.ts"],
  ["ui-imports", "ui/src/app.ts", "../../src/server/app.ts"],
  ["source-imports-source", "src/graph/order.ts", "../../test/fixture.ts"],
  ["no-development-dependency", "src/graph/check.ts", "fast-check"],
  ["resolvable", "src/graph/lost.ts", "./nowhere.ts"],
  ["named-for-what-it-does", "src/graph/merge.ts", "./utils/merge.ts"],
] as const;

const OTHER_FILES = {
  "src/model/b.ts": 'import "./a.ts";',
  "src/index.ts": "",
  "src/cli/main.ts": "",
  "src/graph/utils/merge.ts": "",
  "test/fixture.ts": "",
  "node_modules/esbuild/package.json": '{ "name": "esbuild", "version": "1.0.0", "main": "main.js" }',
  "node_modules/esbuild/main.js": "",
  "node_modules/fast-check/package.json": '{ "name": "fast-check", "version": "1.0.0", "main": "main.js" }',
  "node_modules/fast-check/main.js": "",
  "package.json":
    '{ "type": "module", "dependencies": { "esbuild": "1" }, "devDependencies": { "fast-check": "1" } }',
};

const configuration = createRequire(import.meta.url)("../../.dependency-cruiser.cjs");
const crossed = new Map<string, Set<string>>();
let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covalent-borders-"));
  const importing = CROSSINGS.map(
    ([, file, imported]) => [file, `import ${JSON.stringify(imported)};`] as const,
  );
  for (const [file, text] of [...importing, ...Object.entries(OTHER_FILES)]) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  const { forbidden, options } = configuration;
  const { tsConfig: _, ...others } = options;
  const { output } = await cruise(["src", "ui"], {
    ...others,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden },
  });
  for (const { rule, from } of (output as ICruiseResult).summary.violations) {
    crossed.set(rule.name, (crossed.get(rule.name) ?? new Set()).add(from));
  }
});

afterAll(() => rm(root, { recursive: true, force: true }));

test.each(CROSSINGS)("%s refuses %s importing %s", (rule, file) => {
  expect(crossed.get(rule)).toContain(file);
});

test("every border has a file here that crosses it", () => {
  const rules: readonly { name: string }[] = configuration.forbidden;
  expect(new Set(rules.map((rule) => rule.name))).toEqual(new Set(CROSSINGS.map(([rule]) => rule)));
});
