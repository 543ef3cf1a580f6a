import { afterAll, expect, vi } from "vitest";

/**
 * Fails a test file that leaves a child process, a listening server or a file watcher behind. What is being closed has two
 * seconds to end; what was unref()ed, and so keeps nothing alive, does not count.
 */
const LEAKS = new Set([
  "ProcessWrap",
  "TCPServerWrap",
  "PipeServerWrap",
  "UDPWrap",
  "FSEventWrap",
  "StatWatcher",
]);

// Registered before the file's own hooks, so it runs after all of them.
afterAll(async () => {
  const left = () => process.getActiveResourcesInfo().filter((resource) => LEAKS.has(resource));
  await vi.waitFor(() => expect(left(), "left behind by this file").toEqual([]), 2_000);
});
