import { constants } from "node:buffer";
import { expect, test } from "vitest";
import { createClient } from "./client.ts";
import { readStoredText } from "./stored-value.ts";

test("a text that is longer than strings are is an error that says how to read it all the same", async () => {
  const bytes = Buffer.alloc(constants.MAX_STRING_LENGTH + 1);
  const client = { ...createClient({ url: "http://127.0.0.1:9" }), asset: async () => bytes };
  await expect(
    readStoredText({ digest: "d", codec: "text", size: bytes.length }, client),
  ).rejects.toMatchObject({
    code: "TEXT_TOO_LONG",
    message: expect.stringContaining(String(bytes.length)),
  });
});
