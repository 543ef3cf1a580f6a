import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { largePayload, pythonManifest, streamedManifest } from "../../test/contract/api-manifest.ts";
import { type TestServer, testServer } from "../../test/contract/api-server.ts";
import { DatabaseLooks } from "../database/row-looks.ts";
import { passwordsIn } from "../triggers/passwords.ts";
import { Triggers } from "../triggers/triggers.ts";
import { createTriggerLaunch } from "./registration/trigger-launch.ts";

/** A server that observes triggers for real; its dispatcher takes notes of what is started. */
async function serverWithTriggers(given?: string) {
  let triggers: Triggers | undefined;
  const rows = new DatabaseLooks();
  const passwords = passwordsIn(join(given ?? directory(), "trigger-passwords"));
  const server = await testServer({
    ...(given !== undefined && { directory: given }),
    triggers: (parts) => {
      triggers = new Triggers({
        triggers: parts.database.triggers,
        launcher: createTriggerLaunch(parts),
        rows,
        passwords,
        logger: parts.logger,
      });
      return triggers;
    },
  });
  let ended = false;
  const end = async () => {
    if (ended) return;
    ended = true;
    await triggers?.close();
    await rows[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  };
  onTestFinished(end);
  await triggers?.recover();
  const ask = async (method: "GET" | "POST" | "PUT" | "DELETE", url: string, payload?: object | string) => {
    const headers = { host: "localhost", ...(payload && { "content-type": "application/json" }) };
    const answer = await server.app.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.json() };
  };
  return { ...server, ask, end };
}

async function registered({ client }: Pick<TestServer, "client">, options = {}): Promise<string> {
  return (await client().register(streamedManifest(options))).metadata.dispatch_id;
}

const listening = async () => {
  const server = await serverWithTriggers();
  await server.listen();
  return server;
};

/** As the original's SDK sends it: with all that its object holds. */
const asPython = (more: object) => ({
  dispatcher_addr: null,
  triggers_server_addr: null,
  new_dispatch_ids: [],
  observe_blocks: true,
  event_loop: null,
  use_internal_funcs: true,
  stop_flag: null,
  ...more,
});

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "covalent-trigger-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe("a trigger", () => {
  it("starts its dispatch when it fires first, and a repetition of it each further time", async () => {
    const server = await listening();
    const id = await registered(server);
    const time = asPython({ name: "TimeTrigger", time_gap: 0.05, lattice_dispatch_id: id });
    const { status, body } = await server.ask("POST", "/api/triggers/register", time);
    expect(status).toBe(200);
    expect(body).toMatchObject({ dispatch_id: id, fired: 0, definition: { time_gap: 0.05 } });
    await vi.waitFor(() => expect(server.asked.length).toBeGreaterThanOrEqual(3), 10_000);
    expect(server.asked[0]).toBe(`start ${id}`);
    await server.ask("POST", "/api/triggers/stop_observe", [id]);
    const after = server.asked.length;
    const { dispatches } = (await server.ask("GET", "/api/v2/dispatches?count=100")).body;
    const repeated = dispatches.filter((one: { redispatch_of: string }) => one.redispatch_of === id);
    expect(repeated).toHaveLength(after - 1);
    const { triggers } = (await server.ask("GET", `/api/v2/triggers?dispatch_id=${id}&observed=false`)).body;
    expect(triggers).toMatchObject([{ fired: after, stopped_at: expect.any(String), problem: null }]);
    expect((await server.ask("GET", "/api/v2/triggers")).body.triggers).toEqual([]);
    expect(server.faults).toEqual([]);
  });

  it("goes on with the next server, with what it has counted, and what was due meanwhile comes once", async () => {
    const kept = directory();
    const first = await serverWithTriggers(kept);
    await first.listen();
    const id = await registered(first);
    const time = { name: "TimeTrigger", time_gap: 3_600, lattice_dispatch_id: id };
    const { body } = await first.ask("POST", "/api/triggers/register", time);
    // As after three hours without a server.
    const due = Date.now() - 3 * 3_600_000;
    await first.database.triggers.note(body.id, { dueAt: due });
    await first.end();
    const second = await serverWithTriggers(kept);
    await vi.waitFor(() => expect(second.asked).toEqual([`start ${id}`]), 10_000);
    const [trigger] = (await second.ask("GET", "/api/v2/triggers")).body.triggers;
    expect(trigger).toMatchObject({ id: body.id, fired: 1, last_dispatch_id: id });
    expect((Date.parse(trigger.due_at) - due) % 3_600_000).toBe(0);
  });

  it("starts what an earlier server has prepared and not started", async () => {
    const kept = directory();
    const first = await serverWithTriggers(kept);
    await first.listen();
    const id = await registered(first);
    const manual = { name: "BaseTrigger", lattice_dispatch_id: id };
    const { body } = await first.ask("POST", "/api/triggers/register", manual);
    // As after a crash between the two.
    await first.database.triggers.note(body.id, { fired: 1, lastDispatchId: id });
    await first.end();
    const second = await serverWithTriggers(kept);
    await vi.waitFor(() => expect(second.asked).toEqual([`start ${id}`]), 10_000);
  });

  it("of a directory fires when so many things have happened there", async () => {
    const server = await listening();
    const id = await registered(server);
    const path = directory();
    await server.ask(
      "POST",
      "/api/triggers/register",
      asPython({
        name: "DirTrigger",
        dir_path: path,
        event_names: "created",
        batch_size: 2,
        recursive: false,
        event_handler: null,
        lattice_dispatch_id: id,
      }),
    );
    const events = async () => (await server.ask("GET", "/api/v2/triggers")).body.triggers[0].events;
    let files = 0;
    await vi.waitFor(async () => {
      // Until it has begun to look, nothing is new.
      writeFileSync(join(path, `file ${files++}`), "1");
      expect((await events()) + server.asked.length).toBeGreaterThan(0);
    }, 10_000);
    await vi.waitFor(() => {
      writeFileSync(join(path, `file ${files++}`), "1");
      expect(server.asked.length).toBeGreaterThan(0);
    }, 10_000);
    expect(server.asked[0]).toBe(`start ${id}`);
  });

  it("of a directory in somebody's home is one of who runs the server", async () => {
    const server = await listening();
    const id = await registered(server);
    const home = { name: "DirTrigger", dir_path: "~", event_names: "created", lattice_dispatch_id: id };
    const { body } = await server.ask("POST", "/api/triggers/register", { ...home, dir_path: "~/no/such" });
    expect(body.definition.dir_path).toBe(join(homedir(), "no/such"));
    const other = await server.ask("POST", "/api/triggers/register", { ...home, dir_path: "~eve/x" });
    expect(other.status).toBe(422);
  });

  it("can be fired by hand", async () => {
    const server = await listening();
    const id = await registered(server);
    const manual = asPython({ name: "BaseTrigger", lattice_dispatch_id: id });
    const trigger = (await server.ask("POST", "/api/triggers/register", manual)).body.id;
    expect((await server.ask("POST", `/api/v2/triggers/${trigger}/fire`)).body).toEqual({ dispatch_id: id });
    const again = (await server.ask("POST", `/api/v2/triggers/${trigger}/fire`)).body.dispatch_id;
    expect(server.asked).toEqual([`start ${id}`, `start ${again}`]);
    expect(again).not.toBe(id);
    const stopped = await server.ask("DELETE", `/api/v2/triggers/${trigger}`);
    expect(stopped.body).toEqual({ stopped: [trigger] });
    expect((await server.ask("POST", `/api/v2/triggers/${trigger}/fire`)).body).toMatchObject({
      code: "TRIGGER_NOT_FOUND",
    });
    expect((await server.ask("DELETE", `/api/v2/triggers/${trigger}`)).body).toEqual({ stopped: [] });
  });

  it("that is paused does not fire by itself, not with the next server either, and then goes on in its schedule", async () => {
    const kept = directory();
    const first = await serverWithTriggers(kept);
    await first.listen();
    const id = await registered(first);
    const time = { name: "TimeTrigger", time_gap: 3_600, lattice_dispatch_id: id };
    const { body } = await first.ask("POST", "/api/triggers/register", time);
    const paused = await first.ask("PUT", `/api/v2/triggers/${body.id}/paused`, { paused: true });
    expect(paused.body).toMatchObject({
      id: body.id,
      paused_at: expect.any(String),
      definition: { time_gap: 3_600 },
    });
    // Asked for again it stays what it is, and registering the same does not wake it.
    const again = await first.ask("PUT", `/api/v2/triggers/${body.id}/paused`, { paused: true });
    expect(again.body.paused_at).toBe(paused.body.paused_at);
    expect((await first.ask("POST", "/api/triggers/register", time)).body.id).toBe(body.id);
    // As after three hours.
    const due = Date.now() - 3 * 3_600_000;
    await first.database.triggers.note(body.id, { dueAt: due });
    await first.end();

    const second = await serverWithTriggers(kept);
    const others = { name: "TimeTrigger", time_gap: 0.05, lattice_dispatch_id: id };
    const other = (await second.ask("POST", "/api/triggers/register", others)).body.id;
    // Another one that fires tells that time has passed in which this one could have.
    await vi.waitFor(() => expect(second.asked.length).toBeGreaterThan(1), 10_000);
    await second.ask("DELETE", `/api/v2/triggers/${other}`);
    const [stored] = (await second.ask("GET", "/api/v2/triggers")).body.triggers;
    expect(stored).toMatchObject({ id: body.id, fired: 0, paused_at: paused.body.paused_at });
    // By hand it can be fired all the same.
    expect((await second.ask("POST", `/api/v2/triggers/${body.id}/fire`)).status).toBe(202);
    const resumed = (await second.ask("PUT", `/api/v2/triggers/${body.id}/paused`, { paused: false })).body;
    expect(resumed).toMatchObject({ paused_at: null, fired: 1 });
    expect(Date.parse(resumed.due_at)).toBeGreaterThan(Date.now());
    expect((Date.parse(resumed.due_at) - due) % 3_600_000).toBe(0);
  });

  it("of a directory does not see what happens while it is paused, and sees it again afterwards", async () => {
    const server = await listening();
    const id = await registered(server);
    const path = directory();
    const definition = {
      name: "DirTrigger",
      dir_path: path,
      event_names: ["created"],
      lattice_dispatch_id: id,
    };
    const trigger = (await server.ask("POST", "/api/triggers/register", definition)).body.id;
    const setPaused = (paused: boolean) =>
      server.ask("PUT", `/api/v2/triggers/${trigger}/paused`, { paused });
    await setPaused(true);
    writeFileSync(join(path, "unseen"), "1");
    await setPaused(false);
    writeFileSync(join(path, "seen"), "1");
    await vi.waitFor(() => expect(server.asked).toEqual([`start ${id}`]), 10_000);
    const [{ fired, events }] = (await server.ask("GET", "/api/v2/triggers")).body.triggers;
    expect({ fired, events }).toEqual({ fired: 1, events: 0 });
  });

  it("that is not there, or was stopped, cannot be paused", async () => {
    const server = await listening();
    const id = await registered(server);
    const pause = (trigger: string) =>
      server.ask("PUT", `/api/v2/triggers/${trigger}/paused`, { paused: true });
    expect((await pause("nowhere")).body.code).toBe("TRIGGER_NOT_FOUND");
    const manual = { name: "BaseTrigger", lattice_dispatch_id: id };
    const trigger = (await server.ask("POST", "/api/triggers/register", manual)).body.id;
    const [stopped, paused] = await Promise.all([
      server.ask("DELETE", `/api/v2/triggers/${trigger}`),
      pause(trigger),
    ]);
    expect(stopped.body).toEqual({ stopped: [trigger] });
    expect([paused.status, (await pause(trigger)).status]).toContain(404);
    expect((await server.ask("POST", `/api/v2/triggers/${trigger}/fire`)).status).toBe(404);
  });

  it("whose dispatch cannot start says why, and tries again at the next event", async () => {
    const server = await listening();
    const { digest, bytes } = largePayload();
    const id = await registered(server, { refers: [digest] });
    const manual = { name: "BaseTrigger", lattice_dispatch_id: id };
    const trigger = (await server.ask("POST", "/api/triggers/register", manual)).body.id;
    const fire = () => server.ask("POST", `/api/v2/triggers/${trigger}/fire`);
    expect((await fire()).body).toMatchObject({ code: "ASSETS_MISSING" });
    await server.client().upload([{ digest, bytes }]);
    expect((await fire()).body).toEqual({ dispatch_id: id });
  });

  it("works for a workflow of the original's SDK, too", async () => {
    const server = await listening();
    const manifest = JSON.stringify(pythonManifest());
    const { body } = await server.ask("POST", "/api/v2/dispatches", manifest);
    const manual = asPython({ name: "BaseTrigger", lattice_dispatch_id: body.metadata.dispatch_id });
    const { status } = await server.ask("POST", "/api/triggers/register", manual);
    expect(status).toBe(200);
  });
});

describe("registering a trigger is refused", () => {
  it.each([
    [{ name: "MyTrigger" }, 422, /a class of your own/],
    [{ name: "TimeTrigger" }, 422, /either a time_gap or a cron/],
    [{ name: "TimeTrigger", time_gap: -1 }, 422, /time_gap/],
    [{ name: "TimeTrigger", cron: "soon" }, 422, /soon/],
    [{ name: "DirTrigger", dir_path: "here", event_names: "created" }, 422, /relative/],
    [{ name: "DirTrigger", dir_path: "/tmp", event_names: ["created", "read"] }, 422, /event_names/],
    [{ name: "SQLiteTrigger", db_path: "runs.db", table_name: "t" }, 422, /relative/],
    [{ name: "DatabaseTrigger", db_path: "oracle://u:p@h/d", table_name: "t" }, 422, /not oracle/],
  ])("for %o", async (given, status, reason) => {
    const server = await listening();
    const id = await registered(server);
    const answer = await server.ask("POST", "/api/triggers/register", { ...given, lattice_dispatch_id: id });
    expect({ status: answer.status, detail: answer.body.detail }).toEqual({
      status,
      detail: expect.stringMatching(reason),
    });
    expect((await server.ask("GET", "/api/v2/triggers")).body.triggers).toEqual([]);
  });

  it("for a dispatch that is not there, and for none", async () => {
    const server = await listening();
    const time = { name: "TimeTrigger", time_gap: 60 };
    const unknown = { ...time, lattice_dispatch_id: "8324880b-22e0-4edd-940d-9087eeb4d556" };
    expect((await server.ask("POST", "/api/triggers/register", unknown)).status).toBe(404);
    expect(
      (await server.ask("POST", "/api/triggers/register", { ...time, lattice_dispatch_id: null })).status,
    ).toBe(422);
    expect(
      (await server.ask("POST", "/api/triggers/stop_observe", [unknown.lattice_dispatch_id])).status,
    ).toBe(404);
  });

  it("by a server that observes none", async () => {
    await using server = await testServer();
    const headers = { host: "localhost" };
    expect((await server.app.inject({ url: "/api/triggers/status", headers })).json()).toEqual({
      status: "disabled",
    });
    await server.listen();
    const payload = { name: "TimeTrigger", time_gap: 60, lattice_dispatch_id: await registered(server) };
    const answer = await server.app.inject({
      method: "POST",
      url: "/api/triggers/register",
      headers,
      payload,
    });
    expect(answer.json()).toMatchObject({ code: "TRIGGERS_DISABLED" });
  });
});
