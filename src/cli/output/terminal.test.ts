import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { printError } from "./error.ts";
import { table } from "./table.ts";
import { createTerminal } from "./terminal.ts";

interface Recorded extends Writable {
  text: string;
  readonly isTTY: boolean;
  readonly columns: number;
}

function recorder(isTTY: boolean, columns = 40): Recorded {
  const stream = new Writable({
    write: (chunk, _, done) => {
      recorded.text += String(chunk);
      done();
    },
  });
  const recorded = Object.assign(stream, { text: "", isTTY, columns });
  return recorded;
}

test("each stream has colours by what it is itself", () => {
  const [screen, file] = [recorder(true), recorder(false)];
  printError(createTerminal({ json: false, stdout: screen, stderr: file, env: {} }), new Error("x"), false);
  expect(file.text).toContain("error: Error: x");
  const [result, notes] = [recorder(false), recorder(true)];
  const terminal = createTerminal({ json: false, stdout: result, stderr: notes, env: {} });
  terminal.print(terminal.colors.red("plain"));
  printError(terminal, new Error("x"), false);
  expect(result.text).toBe("plain\n");
  expect(notes.text).toContain("\x1b[31merror:\x1b[39m");
});

test("a user's text cannot give orders to a terminal, and is untouched elsewhere", () => {
  const hostile = "name\x1b[2J\x1b]0;title\x07";
  const [screen, file] = [recorder(true), recorder(false)];
  const terminal = createTerminal({ json: false, stdout: screen, stderr: file, env: {} });
  terminal.print(hostile);
  terminal.note(hostile);
  expect(screen.text).toBe("name\n");
  expect(file.text).toBe(`${hostile}\n`);
});

test("a table gives way to the width of the terminal, the widest column first", () => {
  const columns = [{ title: "ID" }, { title: "NAME" }, { title: "TIME", right: true }];
  const rows = [["1", "a-name-that-is-much-too-long-for-it", "\x1b[32m1.0 s\x1b[39m"]];
  const lines = table(columns, rows, 24).split("\n");
  expect(lines).toEqual(
    ["ID  NAME            TIME", "1   a-name-that-…  \x1b[32m1.0 s\x1b[39m"].map((l) => l),
  );
  expect(table(columns, rows)).toContain("a-name-that-is-much-too-long-for-it");
});
