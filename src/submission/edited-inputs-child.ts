/**
 * The process in which a server's readers look at the inputs of a dispatch and run it again with others: the server opens no payload
 * and evaluates nothing itself. It is asked once, answers once and ends.
 */
import { once } from "node:events";
import { createClient } from "../client/client.ts";
import { CovalentError, type ErrorCode, type ErrorDetails } from "../model/errors.ts";
import { runEdited, type ShownInput, shownInputs } from "./edited-inputs.ts";

/** What it is told. */
export interface InputsRequest {
  readonly url: string;
  readonly token?: string;
  readonly of: string;
  /** Absent: the inputs are to be told. */
  readonly run?: { readonly inputs: readonly (string | null)[]; readonly reuse: boolean };
}

/** What it answers. */
export type InputsAnswer =
  | { readonly inputs: readonly ShownInput[] }
  | { readonly dispatchId: string; readonly reused: number }
  | { readonly code: ErrorCode; readonly details: ErrorDetails };

const [request] = (await once(process, "message")) as [InputsRequest];
process.send?.(await answer(request), () => process.exit());

async function answer({ url, token, of, run }: InputsRequest): Promise<InputsAnswer> {
  const client = createClient({ url, ...(token !== undefined && { token }) });
  try {
    return run === undefined
      ? { inputs: await shownInputs(client, of) }
      : await runEdited(client, of, run.inputs, run.reuse);
  } catch (error) {
    if (error instanceof CovalentError) return { code: error.code, details: error.details };
    const { name = "Error", message = String(error) } = error instanceof Error ? error : {};
    return {
      code: "INVALID_ARGUMENT",
      details: { reason: `the lattice throws with these inputs: ${name}: ${message}` },
    };
  }
}
