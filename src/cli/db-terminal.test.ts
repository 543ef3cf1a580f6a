import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { CovalentError } from "../model/errors.ts";
import { printFindings } from "./commands/db/finding-text.ts";
import { forDatabase } from "./db-terminal.ts";
import { printError } from "./output/error.ts";
import { createTerminal } from "./output/terminal.ts";

function recorder(): [() => string, Writable] {
  let text = "";
  const output = new Writable({
    write: (chunk, _, done) => {
      text += String(chunk);
      done();
    },
  });
  return [() => text, output];
}

function said(argv: readonly string[], json = false): string {
  const [text, output] = recorder();
  const terminal = createTerminal({ json, stdout: output, stderr: output, env: {} });
  printError(forDatabase(terminal, argv), new CovalentError("DATABASE_NOT_FOUND", { path: "/x" }), false);
  return text();
}

test.each([false, true])("commands to paste name the file that was given (--json: %s)", (json) => {
  expect(said(["db", "check", "--database", "/x"], json)).toContain("`covalent db migrate --database /x`");
  expect(said(["db", "check", "--database=/a b"], json)).toContain("`covalent db migrate --database '/a b'`");
  expect(said(["db", "check"], json)).toContain("`covalent db migrate`");
});

test("what a terminal would obey is taken out of what is said of a database, wherever it goes", () => {
  const wild = "a\x1b[2J\x1b]0;title\x07\x9b31mb";
  const [text, output] = recorder();
  const terminal = forDatabase(createTerminal({ json: false, stdout: output, stderr: output, env: {} }), [
    "db",
    "doctor",
  ]);
  printFindings(terminal, [
    { code: "FOREIGN", severity: "note", what: `${wild}\nnote: forged`, action: wild },
  ]);
  terminal.note(wild);
  printError(terminal, new CovalentError("REVISION_NOT_FOUND", { revision: wild }), false);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
  expect(text()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  expect(text()).not.toMatch(/^note: forged/m);
});

test("JSON says the same, and nothing that a terminal would obey", () => {
  const [text, output] = recorder();
  createTerminal({ json: true, stdout: output, stderr: output, env: {} }).data({
    id: "a\x9b31m\x1b[2J\u202e",
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
  expect(text()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  expect(JSON.parse(text())).toEqual({ id: "a\x9b31m\x1b[2J\u202e" });
});
