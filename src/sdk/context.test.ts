import { afterEach, describe, expect, it, vi } from "vitest";
import { context, insideContext, type TaskContext } from "./context.ts";

const entered: TaskContext = { ...context(), dispatchId: "d", nodeId: 3, attempt: 2 };

describe("context()", () => {
  it("is the attempt's, also behind an await", async () => {
    const seen = await insideContext(entered, async () => {
      await Promise.resolve();
      return context();
    });
    expect(seen).toBe(entered);
  });

  it("outside of a dispatch names none, and has a signal that never aborts", () => {
    expect(context()).toMatchObject({ dispatchId: null, nodeId: null, attempt: 1 });
    expect(context().signal.aborted).toBe(false);
  });
});

describe("the logger of a context", () => {
  afterEach(() => void vi.restoreAllMocks());

  const lines = (stream: NodeJS.WriteStream, run: () => void): string => {
    const write = vi.spyOn(stream, "write").mockReturnValue(true);
    run();
    return write.mock.calls.map(([text]) => String(text)).join("");
  };

  it("writes one line a message, whatever is in it", () => {
    const { logger } = context();
    const text = lines(process.stdout, () =>
      logger.info("two\nlines", { file: "a.csv", of: [1, 2], why: "a b", deep: { x: new Date(0) } }),
    );
    expect(text).toMatch(
      /^\d{4}-\S+Z INFO two\\nlines file=a\.csv of=\[ 1, 2 \] why="a b" deep=\{ x: 1970-01-01T00:00:00\.000Z \}\n$/,
    );
  });

  it("writes warnings and errors to stderr", () => {
    const { logger } = context();
    expect(lines(process.stderr, () => logger.warn("careful"))).toContain("WARN careful");
    expect(lines(process.stderr, () => logger.error("broken"))).toContain("ERROR broken");
    expect(lines(process.stdout, () => logger.debug("detail"))).toContain("DEBUG detail");
  });
});
