import { OUTPUT_KINDS } from "../leptons/output-kind.ts";
import { CovalentError } from "../model/errors.ts";
import { isPythonPath } from "../model/python-module.ts";
import type { OptionRules } from "./options.ts";

const PYTHON_NAME = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u;
/** What can be the name of a variable in a shell. */
const VARIABLE = /^[A-Za-z_]\w*$/;

export const PYTHON_RULES: OptionRules = {
  module(value) {
    if (typeof value !== "string" || value === "") return "must be a text";
    if (isPythonPath(value) || (PYTHON_NAME.test(value) && !value.endsWith(".py"))) return undefined;
    const path = 'the path of a file from this module ("./fit.py")';
    return `must be ${path} or the name of an installed module ("scipy.stats"), not ${JSON.stringify(value)}`;
  },
  function: (value) =>
    typeof value === "string" && PYTHON_NAME.test(value)
      ? undefined
      : 'must be the name of a function, such as "fit"',
  argnames: names(PYTHON_NAME),
  python: text,
};

export const SHELL_RULES: OptionRules = {
  command: text,
  argnames: names(VARIABLE),
  stdin: (value) => (typeof value === "string" ? undefined : "must be one of argnames"),
  output: (value) => (isOutputKind(value) ? undefined : `must be ${KINDS}`),
  outputs(value) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return WRONG_OUTPUTS;
    const entries = Object.entries(value);
    if (entries.length === 0 || !entries.every(([, kind]) => isOutputKind(kind))) return WRONG_OUTPUTS;
    const wrong = entries.find(([name]) => !VARIABLE.test(name))?.[0];
    return wrong === undefined ? undefined : `has the name ${wrong}, which no variable of a shell can have`;
  },
  shell: text,
};

const KINDS = OUTPUT_KINDS.map((kind) => `"${kind}"`).join(" or ");
const WRONG_OUTPUTS = `must be an object of names with ${KINDS}`;

/** Checks what holds between the options of a shell command. @throws {CovalentError} `INVALID_OPTION` */
export function checkShellOptions({
  argnames,
  stdin,
  output,
  outputs,
}: {
  readonly argnames?: readonly string[];
  readonly stdin?: string;
  readonly output?: string;
  readonly outputs?: Readonly<Record<string, string>>;
}): void {
  const wrong = (option: string, reason: string) =>
    new CovalentError("INVALID_OPTION", { kind: "lepton.shell", option, reason });
  if (stdin !== undefined && argnames?.includes(stdin) !== true)
    throw wrong("stdin", "must be one of argnames");
  if (outputs === undefined) return;
  if (output !== undefined)
    throw wrong("output", "is for commands without outputs: what they print is their log");
  const twice = argnames?.find((name) => Object.hasOwn(outputs, name));
  if (twice !== undefined) throw wrong("outputs", `has the name ${twice}, which is one of argnames`);
}

function names(name: RegExp) {
  return (value: unknown): string | undefined => {
    const isList = Array.isArray(value) && value.every((each) => typeof each === "string" && name.test(each));
    if (!isList) return 'must be a list of names, such as ["rows", "rate"]';
    return new Set(value).size === value.length ? undefined : "has a name twice";
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? undefined : "must be a text that is not empty";
}

function isOutputKind(value: unknown): boolean {
  return (OUTPUT_KINDS as readonly unknown[]).includes(value);
}
