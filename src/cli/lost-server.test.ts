import { PassThrough } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { CovalentError } from "../model/errors.ts";
import { lostServer } from "./lost-server.ts";
import { createTerminal } from "./output/terminal.ts";

const DAY_MS = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

function given(serverTimeout: string) {
  const stderr = new PassThrough();
  const terminal = createTerminal({ json: false, stdout: new PassThrough(), stderr, env: {} });
  const lost = lostServer(terminal, "http://localhost:1", { serverTimeout });
  return { ...lost, noted: () => String(stderr.read() ?? "") };
}

/** The machine's clock is set; the time that passes is real. */
function setClock(byMs: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + byMs });
}

const away = () => new CovalentError("SERVER_UNREACHABLE", { url: "http://localhost:1" });

test("a server that is away is asked again until it answers, though the clock was set forward a day meanwhile", async () => {
  const { patiently, noted } = given("1m");
  let asked = 0;
  const answer = patiently(async () => {
    asked += 1;
    if (asked === 1) setClock(DAY_MS);
    if (asked < 3) throw away();
    return "here";
  });
  expect(await answer).toBe("here");
  expect(noted()).toBe("lost the server at http://localhost:1, waiting for it\n");
});

test("it is not waited for any longer when the clock was set back", async () => {
  const { patiently } = given("100ms");
  const answer = patiently(async () => {
    setClock(-DAY_MS);
    throw away();
  });
  await expect(answer).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
});

test("a number is milliseconds, and with 0 nothing is waited for", async () => {
  expect(given("250").lostAfterMs).toBe(250);
  const { patiently, noted } = given("0");
  await expect(patiently(() => Promise.reject(away()))).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
  expect(noted()).toBe("");
});

test("what the server refuses is not asked again", async () => {
  const ask = vi.fn(() => Promise.reject(new CovalentError("DISPATCH_NOT_FOUND", { dispatchId: "x" })));
  await expect(given("1m").patiently(ask)).rejects.toMatchObject({ code: "DISPATCH_NOT_FOUND" });
  expect(ask).toHaveBeenCalledTimes(1);
});
