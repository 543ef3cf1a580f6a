import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const BUILD = fileURLToPath(new URL("../../dist/ui/", import.meta.url));

test("the web UI's first load is under 300 kB, and comes from the server alone", async () => {
  const document = await readFile(`${BUILD}index.html`, "utf8");
  const files = [...document.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = ""]) => file);
  expect(files.length).toBeGreaterThan(2);
  expect(files.filter((file) => !file.startsWith("/ui/"))).toEqual([]);
  const sizes = await Promise.all(
    files.map(async (file) => gzipSync(await readFile(BUILD + file.slice("/ui/".length))).length),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
});
