import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AttemptSpec, Outcome } from "../../src/executors/executor.ts";
import { createPythonExecutor } from "../../src/executors/python/python-executor.ts";
import { newAttemptToken } from "../../src/model/ids.ts";
import type { ExecutorRig } from "../contract/executor.ts";

const TASKS = fileURLToPath(new URL("./tasks.py", import.meta.url));

type Archives = Readonly<Record<string, string>>;

/** A Python executor in a temporary directory, on an interpreter with the SDK; `dispose` ends all its workers. */
export async function pythonRig(python: string): Promise<ExecutorRig> {
  const directory = mkdtempSync(join(tmpdir(), "covalent-python-"));
  const archives = JSON.parse(execFileSync(python, [TASKS], { encoding: "utf8" })) as Archives;
  const ignore = () => undefined;
  const executor = await createPythonExecutor({
    directory: join(directory, "runtime"),
    stagingDirectory: directory,
    pathOf: (digest) => join(directory, digest),
    workers: 2,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    killGraceMs: 300,
    python,
    workdir: directory,
    uniqueWorkdir: false,
    serverUrl: () => "http://localhost:1",
    env: {},
  });
  return {
    executor,
    ownLine: /tasks\.py", line \d+/,
    attempt: (electron, args, more) => attemptAt(electron, archives, args ?? [], more ?? {}),
    returned,
    async dispose() {
      await executor.terminate();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function attemptAt(
  name: string,
  archives: Archives,
  values: readonly unknown[],
  more: Partial<AttemptSpec>,
): AttemptSpec {
  const contents = [Buffer.from(archives[name] ?? "", "base64"), ...values.map(archiveOf)];
  const stored = contents.map((inline) => ({
    digest: createHash("sha256").update(inline).digest("hex"),
    size: inline.length,
    codec: "pickle" as const,
    inline,
  }));
  const [task, ...inputs] = stored;
  return {
    token: newAttemptToken(),
    dispatchId: "dispatch-1",
    nodeId: 7,
    number: 1,
    name,
    code: {
      kind: "pickle",
      function: task?.digest ?? "",
      hooks: null,
      args: inputs.map(({ digest }, node) => ({ node, digest })),
      kwargs: {},
      sublattice: false,
      uniqueWorkdir: null,
    },
    args: [],
    payloads: new Map(stored.map((payload) => [payload.digest, payload])),
    timeoutMs: null,
    workdir: null,
    env: {},
    ...more,
  };
}

/** A number or a string as the SDK archives it: two offsets, header, text, pickle in base64. */
function archiveOf(value: unknown): Buffer {
  const header = Buffer.from(JSON.stringify({ attrs: { doc: "", name: "" } }));
  const text = Buffer.from(String(value));
  const pickle = typeof value === "number" ? `I${value}\n.` : `V${value}\n.`;
  const offsets = Buffer.alloc(16);
  offsets.writeBigUInt64BE(BigInt(offsets.length + header.length), 0);
  offsets.writeBigUInt64BE(BigInt(offsets.length + header.length + text.length), 8);
  return Buffer.concat([offsets, header, text, Buffer.from(Buffer.from(pickle).toString("base64"))]);
}

/** What was returned, of which the archive has the text. */
function returned(outcome: Outcome): unknown {
  if (outcome.status !== "completed") throw new Error(`not completed: ${JSON.stringify(outcome)}`);
  return JSON.parse(outcome.output.text ?? "");
}
