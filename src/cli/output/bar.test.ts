import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createBar } from "./bar.ts";
import { createTerminal } from "./terminal.ts";

function spoken({ isTTY = true, json = false } = {}) {
  let text = "";
  const stdout = Object.assign(
    new Writable({
      write(chunk, _, done) {
        text += chunk;
        done();
      },
    }),
    { isTTY, columns: 80 },
  );
  const terminal = createTerminal({ json, stdout, stderr: stdout, env: { NO_COLOR: "1" } });
  return { bar: createBar(terminal), text: () => text };
}

test("on a terminal it shows how far it is, and moves out of the way of lines", () => {
  const { bar, text } = spoken();
  bar.show({ label: "Copying electrons", done: 250_000, total: 1_000_000 });
  expect(text()).toContain("██████░░░░░░░░░░░░░░░░░░  25%  250,000/1,000,000  Copying electrons");
  bar.line("Running upgrade A -> B, init");
  bar.end();
  expect(text().endsWith("\r\u001b[KRunning upgrade A -> B, init\n")).toBe(true);
});

test("what nobody can count has no share", () => {
  const { bar, text } = spoken();
  bar.show({ label: "Looking at the database", done: 0, total: 0 });
  expect(text()).toBe("\r\u001b[KLooking at the database …");
});

test.each([
  ["without a terminal only lines are printed", { isTTY: false }, "Backup: x\n"],
  ["under --json nothing is", { json: true }, ""],
])("%s", (_, how, expected) => {
  const { bar, text } = spoken(how);
  bar.show({ label: "Copying", done: 1, total: 2 });
  bar.line("Backup: x");
  bar.end();
  expect(text()).toBe(expected);
});
