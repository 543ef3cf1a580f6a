import { Hub } from "./hub.ts";

/** One of these serves all tabs. */
const hub = new Hub();

addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port === undefined) return;
  hub.join(port);
  port.onmessage = ({ data }) => hub.hear(port, data);
});
