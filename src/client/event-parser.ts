/** One message of a stream of server-sent events. */
export interface ServerSentEvent {
  readonly event: string;
  readonly id: string;
  /** Empty for a sign of life that only moves the id. */
  readonly data: string;
}

/** Cuts a stream of server-sent events into messages. Lines end with LF, as our server writes them. */
export async function* parseEvents(source: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of source) {
    const messages = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
    rest = messages.pop() ?? "";
    for (const message of messages) yield parseMessage(message);
  }
}

function parseMessage(message: string): ServerSentEvent {
  const fields = { event: "message", id: "", data: "" };
  for (const line of message.split("\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    if (name === "event" || name === "id" || name === "data")
      fields[name] = line.slice(colon + 1).trimStart();
  }
  return fields;
}
