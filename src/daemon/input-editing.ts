import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { CovalentError } from "../model/errors.ts";
import type { InputEditing } from "../server/input-editing.ts";
import type { InputsAnswer, InputsRequest } from "../submission/edited-inputs-child.ts";

const CHILD = fileURLToPath(
  new URL(`../submission/edited-inputs-child${extname(import.meta.url)}`, import.meta.url),
);

/** A lattice that takes longer to trace is taken for one that never ends. */
const PATIENCE_MS = 120_000;

/** Answers what is asked about inputs in processes of their own, one after the other: each evaluates somebody's modules. */
export class InputProcesses implements InputEditing, AsyncDisposable {
  readonly #server: { readonly url: () => string; readonly token?: string };
  readonly #running = new Set<ChildProcess>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(server: { readonly url: () => string; readonly token?: string }) {
    this.#server = server;
  }

  async read(dispatchId: string) {
    const answer = await this.#ask({ of: dispatchId });
    return "inputs" in answer ? answer.inputs : [];
  }

  async run(dispatchId: string, run: NonNullable<InputsRequest["run"]>) {
    const answer = await this.#ask({ of: dispatchId, run });
    if ("dispatchId" in answer) return answer;
    throw new Error("the process that runs edited dispatches answered something else");
  }

  /** What is under way is given up; a dispatch that was registered and not started stays so. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#running) killGroup(child);
    await this.#last;
  }

  #ask(
    request: Pick<InputsRequest, "of" | "run">,
  ): Promise<Exclude<InputsAnswer, { readonly code: string }>> {
    const asked = this.#last.then(() => this.#answer(request));
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  async #answer(request: Pick<InputsRequest, "of" | "run">) {
    const { url, token } = this.#server;
    // A group of its own: it starts a process in its turn, and both end together.
    const child = fork(CHILD, [], { execArgv: [], detached: true, stdio: ["ignore", "ignore", 2, "ipc"] });
    this.#running.add(child);
    const timer = setTimeout(() => killGroup(child), PATIENCE_MS);
    try {
      const answer = await answerOf(child, { url: url(), ...(token !== undefined && { token }), ...request });
      if (answer === undefined) {
        const reason = "the lattice cannot be traced: its process ended, or it took longer than two minutes";
        throw new CovalentError("INVALID_ARGUMENT", { reason });
      }
      if ("code" in answer) throw new CovalentError(answer.code, answer.details);
      return answer;
    } finally {
      clearTimeout(timer);
      this.#running.delete(child);
    }
  }
}

function answerOf(child: ChildProcess, request: InputsRequest): Promise<InputsAnswer | undefined> {
  let answer: InputsAnswer | undefined;
  child.on("message", (message) => {
    answer = message as InputsAnswer;
  });
  // Its end comes in any case, and says more than that it could not be told.
  child.send(request, () => undefined);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve(answer));
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
