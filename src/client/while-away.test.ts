import { expect, test } from "vitest";
import { CovalentError } from "../model/errors.ts";
import type { SummaryAnswer } from "./answers.ts";
import { type Client, createClient } from "./client.ts";
import { waitForEnd } from "./wait.ts";
import { whileAway } from "./while-away.ts";

const away = () => new CovalentError("SERVER_UNREACHABLE", { url: "http://localhost:1", reason: "refused" });

test("a server that is killed between two questions is asked again when it is back", async () => {
  const answers = [away(), Object.assign(new Error("aborted"), { code: "ECONNRESET" }), "the answer"];
  expect(await whileAway(() => next(answers), { lostAfterMs: 60_000 })).toBe("the answer");
});

test("what it refuses is thrown at once, and so is its absence when that lasts", async () => {
  const gone = new CovalentError("DISPATCH_NOT_FOUND", { dispatchId: "d" });
  await expect(whileAway(() => next([gone]), { lostAfterMs: 60_000 })).rejects.toBe(gone);
  await expect(whileAway(() => next([away()]), { lostAfterMs: 0 })).rejects.toMatchObject({
    code: "SERVER_UNREACHABLE",
  });
});

test("the end of a dispatch is heard of although the server is killed right behind the event that tells of it", async () => {
  const answers = [summary("RUNNING"), away(), summary("COMPLETED")];
  const client: Client = {
    ...createClient({ url: "http://localhost:1" }),
    summary: () => next<SummaryAnswer>(answers),
    async *events() {
      yield { sequence: 2, at: 1, dispatchId: "d", status: "COMPLETED" };
    },
  };
  expect(await waitForEnd(client, "d", { lostAfterMs: 60_000 })).toMatchObject({ status: "COMPLETED" });
});

function summary(status: SummaryAnswer["status"]): SummaryAnswer {
  const at = { created_at: null, updated_at: null, started_at: null, completed_at: null, sequence: 1 };
  const of = { dispatch_id: "d", root_dispatch_id: "d", name: "flow", redispatch_of: null, reason: null };
  return { ...of, ...at, status, language: "typescript", electron_num: 1, completed_electron_num: 1 };
}

async function next<T>(answers: (T | Error)[]): Promise<T> {
  const answer = answers.shift();
  if (answer === undefined || answer instanceof Error) throw answer ?? new Error("asked too often");
  return answer;
}
