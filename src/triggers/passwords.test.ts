import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { passwordsIn } from "./passwords.ts";

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "covalent-passwords-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return join(path, "trigger-passwords");
}

it("a password is kept as it is, replaced and forgotten", async () => {
  const passwords = passwordsIn(directory());
  expect(await passwords.of("a")).toBeUndefined();
  await passwords.forget(["a"]);
  await passwords.keep("a", "first");
  await passwords.keep("a", "päss\nword ");
  expect(await passwords.of("a")).toBe("päss\nword ");
  await passwords.forget(["a", "b"]);
  expect(await passwords.of("a")).toBeUndefined();
});

it("what a process that died has kept for nobody is removed", async () => {
  const path = directory();
  const passwords = passwordsIn(path);
  await passwords.keepOnly(new Set());
  await passwords.keep("observed", "1");
  await passwords.keep("never stored", "2");
  writeFileSync(join(path, "half.partial"), "3");
  await passwords.keepOnly(new Set(["observed"]));
  expect(readdirSync(path)).toEqual(["observed"]);
});
