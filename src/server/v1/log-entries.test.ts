import { expect, it } from "vitest";
import { logEntries } from "./log-entries.ts";

it("a log is read entry by entry, the original's lines and stray ones included", () => {
  const text = `left over
[2022-06-13 07:45:02,114] [WARNING] disk is slow
  and was before
{"level":30,"time":1767225600000,"pid":7,"msg":"the server is ready","url":"http://localhost:48008"}
{"level":50,"time":1767225600001,"msg":"it broke","err":{"stack":"Error: x\\n    at y"}}
{"level": not json
`;
  expect(logEntries(text)).toEqual([
    { log_date: null, status: "INFO", message: "left over" },
    { log_date: "2022-06-13 07:45:02.114000", status: "WARNING", message: "disk is slow\n  and was before" },
    {
      log_date: "2026-01-01 00:00:00.000000",
      status: "INFO",
      message: "the server is ready  url=http://localhost:48008",
    },
    {
      log_date: "2026-01-01 00:00:00.001000",
      status: "ERROR",
      message: 'it broke\nError: x\n    at y\n{"level": not json',
    },
  ]);
});
