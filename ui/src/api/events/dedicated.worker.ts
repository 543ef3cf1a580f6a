import { Hub } from "./hub.ts";
import type { FromHub } from "./messages.ts";

/** For browsers that share no workers (Chrome on Android): each tab has a stream of its own. */
const hub = new Hub();
const port = { postMessage: (message: FromHub) => postMessage(message) };

hub.join(port);
addEventListener("message", ({ data }) => hub.hear(port, data));
