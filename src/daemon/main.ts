import { enableCompileCache } from "node:module";

/**
 * The server as a program. `covalent start` starts it in the background; started by hand it runs in the foreground:
 * `node dist/daemon/main.js`. Its one argument is the flags as JSON. It ends with 0 when it was asked to stop, with 1 when it
 * could not start or broke.
 */

// Before the rest is loaded, which then takes half as long from the second start on.
enableCompileCache();
await import("./server-process.ts");
