import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { testServer } from "../../test/contract/api-server.ts";
import { HEAD } from "../database/migration/history.ts";
import { memoryDatabase, migrateTo } from "../database/migration/migrate.test-support.ts";
import { readPythonObject } from "./v1/python-object.ts";

const DONE = "63c7dde3-7485-4e45-8bbe-8bf6eeb4cc21";
const LEFT = "8324880b-22e0-4edd-940d-9087eeb4d556";
const ODD = "cdbbd7fd-65ee-4b9b-b02f-041d70376a8d";

/** A server on a database that the original wrote at v12 (with its files) and that was upgraded. */
async function serverOnOldDatabase(more = "", atHead = "") {
  const directory = mkdtempSync(join(tmpdir(), "covalent-old-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const data = join(directory, "data");
  const node = join(data, DONE, "node_0");
  mkdirSync(node, { recursive: true });
  writeFileSync(join(data, DONE, "results.pkl"), Buffer.from([0x80, 0x04, 0x95, 0xff]));
  writeFileSync(join(node, "stdout.log"), "hello, wörld\n");
  writeFileSync(join(node, "deps.json"), '{"pip": null}');
  writeFileSync(join(node, "call_before.json"), "[]");
  writeFileSync(join(node, "call_after.json"), "not json");
  writeFileSync(join(directory, "secret.txt"), "secret");
  const connection = memoryDatabase();
  migrateTo(connection, "26d71848a404");
  connection.exec(`INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, storage_type, storage_path, results_filename, inputs_filename, is_active, created_at, updated_at, started_at)
      VALUES (1, '${DONE}', 'π', 'COMPLETED', 2, 2, 'local', '${join(data, DONE)}', 'results.pkl', 'inputs.pkl', 1, '2022-08-01 09:00:00.000001', '2022-08-01 09:00:00', '2022-08-01 09:00:00.250001'),
        (2, '${LEFT}', 'left', 'RUNNING', 1, 0, NULL, NULL, NULL, NULL, 1, '2022-08-02 09:00:00', '2022-08-02 09:00:00', NULL);
    INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, storage_type, storage_path, stdout_filename, stderr_filename, deps_filename, call_before_filename, call_after_filename, executor, is_active)
      VALUES (1, 1, 0, 'function', 'task', 'COMPLETED', 'local', '${node}', 'stdout.log', 'gone.log', 'deps.json', 'call_before.json', 'call_after.json', 'dask', 1),
        (2, 1, 1, 'parameter', ':parameter:3', 'COMPLETED', 'local', '${node}', NULL, NULL, NULL, NULL, NULL, 'dask', 1),
        (3, 2, 0, 'function', 'task', 'RUNNING', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'dask', 1);
    INSERT INTO electron_dependency (id, electron_id, parent_electron_id, edge_name, parameter_type, arg_index, is_active) VALUES (1, 1, 2, 'x', 'arg', 0, 1);
    ${more}`);
  migrateTo(connection, HEAD);
  connection.exec(atHead);
  connection.exec(`VACUUM INTO '${join(directory, "covalent.sqlite")}'`);
  const server = await testServer({ directory });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const get = (url: string, headers = {}) =>
    server.app.inject({ url, headers: { host: "localhost", ...headers } });
  return { ...server, data, node, get };
}

describe("a dispatch of the original's", () => {
  it("is exported with the files that it left, and stays the original's where it is imported", async () => {
    const { get } = await serverOnOldDatabase();
    const there = await testServer();
    onTestFinished(() => there[Symbol.asyncDispose]());
    const host = "localhost";
    for (const id of [DONE, LEFT]) {
      const { rawPayload: payload } = await get(`/api/v2/dispatches/${id}/archive`);
      const headers = { host, "content-type": "application/gzip" };
      const answer = await there.app.inject({ method: "POST", url: "/api/v2/archives", headers, payload });
      expect(answer.json()).toMatchObject({ dispatch_id: id, imported: true });
    }
    const read = async (path: string) => (await there.app.inject({ url: path, headers: { host } })).json();
    const url = `/api/v2/dispatches/${DONE}`;
    const shown = async (from: (path: string) => Promise<unknown>) => {
      const { sequence: _, ...summary } = (await from(`${url}/summary`)) as { sequence: number };
      return summary;
    };
    expect(await shown(read)).toEqual(await shown(async (path) => (await get(path)).json()));
    expect(await read(`${url}/links`)).toEqual((await get(`${url}/links`)).json());
    expect(await read(`${url}/electrons/0/assets/stdout`)).toMatchObject({
      codec: "text",
      content: "hello, wörld\n",
    });
    expect((await read(`/api/v2/dispatches/${LEFT}/summary`)).interrupted).toBe(true);
  });

  it("is listed, shown with its graph, and searched like any other", async () => {
    const { get } = await serverOnOldDatabase();
    const { dispatches } = (await get("/api/v2/dispatches?count=10")).json();
    expect(dispatches).toMatchObject([
      {
        dispatch_id: LEFT,
        status: "RUNNING",
        interrupted: true,
        reason: expect.stringContaining("never resumed"),
      },
      {
        dispatch_id: DONE,
        name: "π",
        status: "COMPLETED",
        interrupted: false,
        root_dispatch_id: DONE,
        created_at: "2022-08-01T09:00:00.000Z",
        language: null,
      },
    ]);
    const manifest = (await get(`/api/v2/dispatches/${DONE}`)).json();
    expect(manifest.lattice.transport_graph).toMatchObject({
      nodes: [{ id: 0, metadata: { name: "task", executor: "dask" } }, { id: 1 }],
      links: [{ source: 1, target: 0, metadata: { edge_name: "x", param_type: "arg", arg_index: 0 } }],
    });
    expect((await get(`/api/v2/dispatches/${LEFT}/header`)).json().metadata).toMatchObject({
      status: "RUNNING",
      reason: expect.stringContaining("interrupted"),
    });
    expect((await get("/api/v2/dispatches?search=π")).json().metadata.total).toBe(1);
  });

  it("has those of its files that are still there, under the names that clients know", async () => {
    const { get } = await serverOnOldDatabase();
    const stdout = await get(`/api/v0/files/${DONE}/node_0/stdout.log`);
    expect(stdout.body).toBe("hello, wörld\n");
    expect((await get(`/api/v0/files/${DONE}/node_0/stdout.log`, { range: "bytes=7-12" })).body).toBe(
      "wörld",
    );
    // A pickle of an older release, in the form that clients read.
    const result = (await get(`/api/v0/files/${DONE}/results.tobj`)).rawPayload;
    expect(readPythonObject(result, result.length)?.pickle).toEqual(Buffer.from([0x80, 0x04, 0x95, 0xff]));
    const { assets, lattice } = (await get(`/api/v2/dispatches/${DONE}`)).json();
    expect([assets.result.size, lattice.assets.inputs.size]).toEqual([4, 0]);
    expect(lattice.transport_graph.nodes[0].assets.stdout.size).toBe(14);
    expect((await get(`/api/v2/dispatches/${DONE}/electrons/0/assets/stdout`)).json()).toMatchObject({
      size: 14,
      codec: "text",
      content: "hello, wörld\n",
    });
    expect((await get(`/api/v2/dispatches/${DONE}/assets/result`)).json()).toEqual({
      size: 4,
      remote_uri: `http://localhost/api/v0/files/${DONE}/results.tobj`,
    });
    for (const gone of [`${DONE}/node_0/stderr.log`, `${DONE}/inputs.tobj`, `${LEFT}/node_0/stdout.log`]) {
      const { statusCode, body } = await get(`/api/v0/files/${gone}`);
      expect({ statusCode, body: JSON.parse(body) }).toMatchObject({
        statusCode: 404,
        body: { code: "ASSET_NOT_FOUND" },
      });
    }
    expect((await get(`/api/v2/dispatches/${DONE}/electrons/0/assets/stderr`)).json()).toMatchObject({
      size: 0,
    });
  });

  it("has files that were moved to where results are kept now", async () => {
    const { get, data, directory } = await serverOnOldDatabase();
    mkdirSync(join(directory, "results"));
    renameSync(join(data, DONE), join(directory, "results", DONE));
    expect((await get(`/api/v0/files/${DONE}/node_0/stdout.log`)).body).toBe("hello, wörld\n");
    expect((await get(`/api/v0/files/${DONE}/results.tobj`)).statusCode).toBe(200);
  });

  it("has the size and digest of a file noted by whoever reads it first", async () => {
    const { get, database } = await serverOnOldDatabase();
    const stdout = () => database.assets.find(DONE, 0, "stdout");
    expect(await stdout()).toMatchObject({ size: null, clientDigest: null });
    await get(`/api/v0/files/${DONE}/node_0/stdout.log`, { range: "bytes=0-1" });
    expect(await stdout()).toMatchObject({ size: null });
    await get(`/api/v0/files/${DONE}/node_0/stdout.log`);
    const digest = hash("sha1", "hello, wörld\n", "hex");
    await vi.waitFor(async () =>
      expect(await stdout()).toMatchObject({
        size: 14,
        clientDigest: digest,
        clientDigestAlg: "sha1",
        digest: null,
      }),
    );
    expect((await get(`/api/v0/files/${DONE}/node_0/stdout.log`)).body).toBe("hello, wörld\n");
  });

  it("has its three files of hooks as the one that they became, without what cannot be read", async () => {
    const { get } = await serverOnOldDatabase();
    const hooks = { deps: { pip: null }, call_before: [] };
    expect((await get(`/api/v0/files/${DONE}/node_0/hooks.json`)).json()).toEqual(hooks);
    expect(
      JSON.parse((await get(`/api/v2/dispatches/${DONE}/electrons/0/assets/hooks`)).json().content),
    ).toEqual(hooks);
    expect((await get(`/api/v0/files/${DONE}/node_1/hooks.json`)).statusCode).toBe(404);
  });

  it("is not started, resumed or cancelled by anybody", async () => {
    const { app, asked, database } = await serverOnOldDatabase();
    expect(await database.journal.inFlight()).toEqual([]);
    for (const status of ["RUNNING", "CANCELLED"]) {
      const answer = await app.inject({
        method: "PUT",
        url: `/api/v2/dispatches/${LEFT}/status`,
        headers: { host: "localhost" },
        payload: { status },
      });
      expect(answer.statusCode).toBe(409);
      expect(answer.json()).toMatchObject({
        code: "DISPATCH_OF_ORIGINAL",
        hint: expect.stringContaining("again"),
      });
    }
    expect(asked).toEqual([]);
  });

  it("ends a wait for it at once when it was left unfinished", async () => {
    const server = await serverOnOldDatabase();
    const url = await server.listen();
    const { getResult } = await import("../client/result.ts");
    expect(await getResult(LEFT, { url, wait: true })).toMatchObject({ status: "RUNNING" });
    const [node] = (await getResult(DONE, { url, wait: true })).nodes;
    expect(await node?.stdout()).toBe("hello, wörld\n");
    expect(await node?.stderr()).toBe("");
  });
});

describe("a name of a file that leads out of its directory", () => {
  it.each([
    ["upwards", (_: string) => "../../../secret.txt"],
    ["to a place of its own", (directory: string) => join(directory, "secret.txt")],
    [
      "through a link",
      (directory: string, node: string) => {
        symlinkSync(join(directory, "secret.txt"), join(node, "link.log"));
        return "link.log";
      },
    ],
    [
      "to a directory",
      (_: string, node: string) => {
        mkdirSync(join(node, "folder"));
        return "folder";
      },
    ],
    [
      "to a pipe",
      (_: string, node: string) => {
        execFileSync("sh", ["-c", `mkfifo "${join(node, "pipe")}"`]);
        return "pipe";
      },
    ],
    ["nowhere", () => ""],
  ])("%s is not followed", async (_, nameOf) => {
    const { get, database, directory, node } = await serverOnOldDatabase();
    const name = nameOf(directory, node);
    const { DatabaseSync } = await import("node:sqlite");
    const connection = new DatabaseSync(join(directory, "covalent.sqlite"), { timeout: 5_000 });
    connection.prepare("UPDATE assets SET object_key = ? WHERE object_key = 'stdout.log'").run(name);
    connection.close();
    expect(await database.assets.find(DONE, 0, "stdout")).toMatchObject({ objectKey: name });
    const { statusCode, body } = await get(`/api/v0/files/${DONE}/node_0/stdout.log`);
    expect(statusCode).toBe(404);
    expect(body).not.toContain('"secret"');
    expect((await get(`/api/v2/dispatches/${DONE}/electrons/0/assets/stdout`)).json()).toMatchObject({
      size: 0,
    });
  });

  it("is refused where the directory on record is none", async () => {
    const { get } = await serverOnOldDatabase(
      "",
      "UPDATE assets SET storage_path = 'data', object_key = 'x' WHERE object_key = 'stdout.log'",
    );
    expect((await get(`/api/v0/files/${DONE}/node_0/stdout.log`)).statusCode).toBe(404);
  });
});

describe("rows that hold other values than they should", () => {
  it("are shown as well as can be, and hide no other", async () => {
    const { get, faults } = await serverOnOldDatabase(
      `INSERT INTO lattices (id, dispatch_id, name, status, electron_num, completed_electron_num, storage_path, results_filename, is_active, created_at, updated_at, started_at)
        VALUES (9, '${ODD}', x'ff00', 'WHATEVER', 4611686018427387905, 'many', 7, x'01', 1, 'yesterday', 5, x'80');
      INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, storage_path, results_filename, executor, is_active, started_at)
        VALUES (90, 9, 0, 'odd', 12.5, 'LOST', x'00', 99, x'ff', 1, 'noon'), (91, 9, 4611686018427387905, 'function', 'far', 'RUNNING', NULL, NULL, NULL, 1, NULL),
          (92, 9, 'text', 'function', 'text', 'RUNNING', NULL, NULL, NULL, 1, NULL);
      INSERT INTO electron_dependency (id, electron_id, parent_electron_id, edge_name, parameter_type, arg_index, is_active) VALUES (90, 90, 91, x'ff', 'odd', 4611686018427387905, 1)`,
      `UPDATE electrons SET executor_data = '{broken', task_group_id = 4611686018427387905 WHERE id = 90; UPDATE lattices SET executor_data = x'ff', workflow_executor_data = 3 WHERE id = 9;
      UPDATE assets SET size = 'large', digest = x'ff' WHERE storage_path = x'00'`,
    );
    for (const url of [
      "",
      `/${ODD}`,
      `/${ODD}/summary`,
      `/${ODD}/header`,
      `/${ODD}/nodes`,
      `/${ODD}/links`,
      `/${ODD}/electrons/0/assets/output`,
      `/${ODD}/assets/result`,
    ]) {
      const answer = await get(`/api/v2/dispatches${url}`);
      expect([url, answer.statusCode]).toEqual([url, 200]);
      expect(() => answer.json()).not.toThrow();
    }
    const manifest = (await get(`/api/v2/dispatches/${ODD}`)).json();
    expect(manifest.lattice.transport_graph).toMatchObject({
      nodes: [
        {
          id: 0,
          metadata: {
            name: "12.5",
            type: "function",
            status: "RUNNING",
            executor_data: {},
            task_group_id: 0,
          },
        },
      ],
      links: [{ metadata: { param_type: null, arg_index: null } }],
    });
    expect((await get("/api/v2/dispatches?count=10")).json().metadata.total).toBe(3);
    expect((await get(`/api/v0/files/${ODD}/results.tobj`)).statusCode).toBe(404);
    expect(faults).toEqual([]);
  });
});

it("a dispatch of the original's last release has its sublattices' dispatches, which it calls their own roots, below it", async () => {
  const inner = "bf7453cc-8853-4cb7-87dd-cbd905cacff4";
  const innermost = "a4aaa919-da02-481d-81bf-ea9774d8d5fb";
  const { get } = await serverOnOldDatabase(
    `INSERT INTO lattices (id, dispatch_id, root_dispatch_id, electron_id, name, status, electron_num, completed_electron_num, is_active, created_at, updated_at)
      VALUES (3, '${inner}', '${inner}', 1, 'inner', 'COMPLETED', 1, 1, 1, '2022-08-03 09:00:00', '2022-08-03 09:00:00'),
        (4, '${innermost}', '${innermost}', 4, 'innermost', 'COMPLETED', 0, 0, 1, '2022-08-03 09:00:00', '2022-08-03 09:00:00');
     INSERT INTO electrons (id, parent_lattice_id, transport_graph_node_id, type, name, status, executor, is_active)
      VALUES (4, 3, 0, 'sublattice', ':sublattice:innermost', 'COMPLETED', 'dask', 1);`,
  );
  const ids = (items: { dispatch_id: string }[]) => items.map(({ dispatch_id }) => dispatch_id);
  const roots = (await get("/api/v2/dispatches?sub_dispatches=false")).json().dispatches;
  expect(ids(roots)).toEqual([LEFT, DONE]);
  const below = (await get(`/api/v1/dispatches/${DONE}/sublattices?sort_by=lattice_name`)).json()
    .sub_lattices;
  expect(ids(below)).toEqual([innermost, inner]);
});
