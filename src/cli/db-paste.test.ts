import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { CovalentError } from "../model/errors.ts";
import { forPasting } from "./db-paste.ts";
import { printError } from "./output/error.ts";
import { createTerminal } from "./output/terminal.ts";

function said(argv: readonly string[], json = false): string {
  let text = "";
  const stream = new Writable({
    write: (chunk, _, done) => {
      text += String(chunk);
      done();
    },
  });
  const terminal = createTerminal({ json, stdout: stream, stderr: stream, env: {} });
  printError(forPasting(terminal, argv), new CovalentError("DATABASE_NOT_FOUND", { path: "/x" }), false);
  return text;
}

test.each([false, true])("commands to paste name the file that was given (--json: %s)", (json) => {
  expect(said(["db", "check", "--database", "/x"], json)).toContain("`covalent db migrate --database /x`");
  expect(said(["db", "check", "--database=/a b"], json)).toContain("`covalent db migrate --database '/a b'`");
  expect(said(["db", "check"], json)).toContain("`covalent db migrate`");
});
