/** A client of the server that the options name, else of the running local one. Loaded late: what only defines electrons needs none. */
export async function connect(options: { readonly url?: string; readonly token?: string }) {
  const [{ createClient }, { findServer }] = await Promise.all([
    import("../client/client.ts"),
    import("../discovery/find-server.ts"),
  ]);
  return createClient(findServer(options));
}
