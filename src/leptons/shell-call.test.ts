import { expect, test } from "vitest";
import { runShell, type ShellCommand } from "./shell-call.ts";

const NEVER = new AbortController().signal;

function run(
  command: string,
  args: readonly unknown[] = [],
  more: Partial<ShellCommand> = {},
): Promise<unknown> {
  const defaults = {
    name: "command",
    shell: "sh",
    argnames: undefined,
    stdin: undefined,
    output: "text",
    outputs: undefined,
  } as const;
  return runShell({ ...defaults, command, ...more }, args, NEVER);
}

test("no argument is ever a part of the command's text", async () => {
  const evil = "\"; echo $(echo injected) `echo injected` ' * \\ \n$HOME";
  expect(await run('printf "%s" "$1"', [evil])).toBe(evil);
  expect(await run('printf "%s" "$text"', [evil], { argnames: ["text"] })).toBe(evil);
  expect(await run('printf "%s|%s" "$0" "$#"', ["-n", "--help"])).toBe("command|2");
});

test("numbers, booleans, nothing, lists and objects are texts for it", async () => {
  const args = [1.5, true, null, undefined, ["a", { b: [1] }], 12345678901234567890n];
  expect(await run('printf "%s\\n" "$@"', args, { output: "lines" })).toEqual([
    "1.5",
    "true",
    "",
    "",
    '["a",{"b":[1]}]',
    "12345678901234567890",
  ]);
});

test("what it reads from standard input is no argument, and may be large or bytes", async () => {
  const text = "line\n".repeat(100_000);
  const more = { argnames: ["text", "flag"], stdin: "text" };
  expect(await run('wc -l; echo "$1 $flag"', [text, "-x"], { ...more, output: "lines" })).toEqual([
    expect.stringMatching(/^\s*100000$/),
    "-x -x",
  ]);
  const bytes = new Uint8Array([0, 255, 10]);
  expect(await run("cat", [bytes], { ...more, output: "bytes" })).toEqual(bytes);
  expect(await run("true", [bytes], more)).toBe("");
});

test("its output is read as text without the last line break, as lines, JSON or bytes", async () => {
  expect(await run("echo; echo a; echo")).toBe("\na\n");
  expect(await run("true", [], { output: "lines" })).toEqual([]);
  expect(await run("echo '{ \"a\": [1] }'", [], { output: "json" })).toEqual({ a: [1] });
  await expect(run("echo oops", [], { output: "json" })).rejects.toMatchObject({
    code: "LEPTON_OUTPUT",
    message: expect.stringContaining("the output of the lepton command cannot be read: it is no JSON"),
  });
});

test("the files it makes are read, and one it does not make is told of", async () => {
  const outputs = { report: "lines", data: "bytes" } as const;
  expect(await run('seq 2 > "$report"; printf ab > "$data"', [], { outputs })).toEqual({
    report: ["1", "2"],
    data: new Uint8Array([97, 98]),
  });
  await expect(run('echo > "$report"', [], { outputs })).rejects.toMatchObject({
    code: "LEPTON_OUTPUT",
    message: expect.stringContaining("the output data of the lepton command"),
    hint: 'Write it to "$data".',
  });
});

test("a failure in the middle of it ends it, with the exit code and the last lines of stderr", async () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const error = run('printf "%s\\n" "$@" >&2; (exit 7); echo never >&2', lines);
  await expect(error).rejects.toMatchObject({ name: "CommandFailed", exitCode: 7, signal: null });
  await expect(error).rejects.toThrow(
    `the command of command ended with exit code 7:\n${lines.slice(-20).join("\n")}`,
  );
  await expect(run("kill -9 $$")).rejects.toMatchObject({ exitCode: null, signal: "SIGKILL" });
});

test.each<[what: string, value: unknown, reason: string]>([
  ["a Date", new Date(0), "it is a Date"],
  ["bytes", new Uint8Array(1), "it holds bytes"],
  ["a number in a list that JSON lacks", [Number.NaN], "it holds a number that JSON has no word for"],
  ["a zero byte", "a\0b", "it holds a zero byte"],
])("%s as an argument is refused", async (_, value, reason) => {
  await expect(run("true", ["fine", value], { argnames: ["a", "b"] })).rejects.toThrow(
    `the argument b of the lepton command cannot be given to it: ${reason}`,
  );
});

test("an argument that is too long for a command line is told of, and a shell that is not there", async () => {
  await expect(run("true", ["x".repeat(3_000_000)])).rejects.toMatchObject({
    code: "LEPTON_PROGRAM",
    message: expect.stringContaining("too long for a command line"),
    hint: expect.stringContaining("stdin"),
  });
  await expect(run("true", [], { shell: "no-such-shell" })).rejects.toThrow("there is no such program");
});
