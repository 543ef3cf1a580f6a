import { hash, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { manifestHeaderSchema, manifestLinkSchema } from "../../src/model/manifest.ts";
import { header, link, node, register } from "./journal-manifest.ts";
import type { DatabaseUnderTest } from "./journal-suite.ts";

const BUNDLE = hash("sha256", "bundle");

/** What the repositories promise, on any database. */
export function describeRepositories(name: string, create: () => DatabaseUnderTest): void {
  describe(`the repositories on ${name}`, () => {
    it("give a manifest back as it was registered", async () => {
      const database = await create().open();
      const nodes = [
        node(0, { type: "parameter", task_group_id: 0, assets: { value: inline("[1]") } }),
        node(1, {
          electron: "fit.ts#fit",
          bundle: BUNDLE,
          task_group_id: 0,
          executor_data: { queue: ["long"] },
          options: { retries: 1, env: { A: "ü" } },
          assets: {
            function_string: inline("() => 1"),
            value: { size: 7, digest_alg: "sha", digest: "abc", uri: "file:///v" },
          },
        }),
        node(2, { type: "attribute", key: "slope", task_group_id: 2 }),
      ];
      const links = [
        link(0, 1),
        manifestLinkSchema.parse({ source: 0, target: 2, metadata: { edge_name: "!waiting_edge" } }),
        link(1, 2),
      ];
      const given = fullHeader();
      const id = await register(database, { header: given, nodes, links });

      const stored = await database.dispatches.header(id);
      expect(stored?.lattice.metadata).toEqual({ ...given.lattice.metadata, python_version: null });
      expect(stored?.bundles).toEqual(given.bundles);
      expect(stored?.metadata).toMatchObject({
        dispatch_id: id,
        root_dispatch_id: id,
        status: "NEW_OBJECT",
        sequence: 0,
      });
      expect(Object.keys(stored?.lattice.assets ?? {})).toEqual(["inputs"]);

      const read = await database.dispatches.nodes(id, { after: -1, limit: 10, content: true });
      const { value } = nodes[0]?.assets ?? {};
      expect(read[0]?.assets).toEqual({ value, output: value });
      expect(read.slice(1).map(({ assets }) => assets)).toEqual(nodes.slice(1).map(({ assets }) => assets));
      expect(read.map(({ metadata }) => metadata)).toMatchObject(nodes.map(({ metadata }) => metadata));
      const waiting = { edge_name: "!waiting_edge", param_type: null, arg_index: null };
      expect(await database.dispatches.links(id, { offset: 0, limit: 10 })).toEqual([
        links[0],
        { source: 0, target: 2, metadata: waiting },
        links[2],
      ]);
    });

    it("hand a graph on as it would be loaded, unless something has been asked of one of its nodes", async () => {
      const database = await create().open();
      const dispatchId = randomUUID();
      const start = {
        header: fullHeader(),
        dispatchId,
        rootDispatchId: dispatchId,
        nodeCount: 4,
        linkCount: 3,
      };
      const registration = await database.dispatches.beginRegistration(start);
      await registration.nodes([
        node(0, { type: "parameter", task_group_id: 0, assets: { value: inline("[1]") } }),
        node(1, {
          electron: "fit.ts#fit",
          bundle: BUNDLE,
          code_digest: BUNDLE,
          executor_data: { queue: ["long"] },
          options: { retries: 1, env: { A: "ü" } },
          assets: { value: { size: 7, digest_alg: "sha", digest: "abc", uri: "file:///v" } },
        }),
        node(2, { type: "parameter", assets: { value: inline("x".repeat(5_000)) } }),
        node(3, { type: "attribute", key: "slope", task_group_id: 0 }),
      ]);
      const waiting = { source: 2, target: 1, metadata: { edge_name: "!waiting_edge" } };
      await registration.links([link(0, 1), manifestLinkSchema.parse(waiting), link(1, 3)]);
      await registration.finish();

      const { graph } = registration;
      const read = await database.journal.load(dispatchId);
      expect(graph?.nodes).toEqual(read?.nodes);
      expect(graph?.edges).toEqual(read?.edges);
      const handedOn = await database.journal.load(dispatchId, graph);
      expect(handedOn).toEqual(read);
      expect(handedOn?.nodes).toBe(graph?.nodes);

      const [{ row: dispatch } = { row: 0 }, node1 = 0] = [read, read?.nodes[1]?.row];
      await database.journal.commit([{ kind: "cancel-requested", dispatch, nodes: [node1] }]);
      const asked = await database.journal.load(dispatchId, graph);
      expect(asked?.nodes.map((stored) => stored.cancelRequested)).toEqual([false, true, false, false]);
    });

    it("hand no graph on that is large, or that the Python SDK has pickled", async () => {
      const database = await create().open();
      const begin = (nodeCount: number, language: "python" | "typescript") => {
        const dispatchId = randomUUID();
        const start = { header: header({ language }), dispatchId, rootDispatchId: dispatchId };
        return database.dispatches.beginRegistration({ ...start, nodeCount, linkCount: 0 });
      };
      expect((await begin(10_001, "typescript")).graph).toBeUndefined();
      expect((await begin(1, "python")).graph).toBeUndefined();
      expect((await begin(1, "typescript")).graph).toMatchObject({ nodes: [] });
    });

    it("give nodes and links by page", async () => {
      const database = await create().open();
      const nodes = [0, 1, 2, 3].map((id) => node(id));
      const id = await register(database, { nodes, links: [link(0, 3), link(0, 1), link(0, 2)] });
      const page = await database.dispatches.nodes(id, { after: 1, limit: 1 });
      expect(page.map((read) => read.id)).toEqual([2]);
      const links = await database.dispatches.links(id, { offset: 1, limit: 1 });
      expect(links.map(({ target }) => target)).toEqual([1]);
      expect(await database.dispatches.links("none", { offset: 0, limit: 1 })).toEqual([]);
    });

    it("show nothing of a registration until it is finished, nor after it was aborted", async () => {
      const database = await create().open();
      const dispatchId = randomUUID();
      const start = { header: header(), dispatchId, rootDispatchId: dispatchId, nodeCount: 2, linkCount: 1 };
      const registration = await database.dispatches.beginRegistration(start);
      await registration.nodes([
        node(0, { task_group_id: 0 }),
        node(1, { task_group_id: 0, assets: { a: inline("1") } }),
      ]);
      await registration.links([link(0, 1)]);
      expect(await database.dispatches.summary(dispatchId)).toBeUndefined();
      expect(await database.dispatches.header(dispatchId)).toBeUndefined();
      expect(await database.dispatches.nodes(dispatchId, { after: -1, limit: 9 })).toEqual([]);
      expect(await database.journal.load(dispatchId)).toBeUndefined();
      expect(await database.journal.claimStart(dispatchId, 1)).toBe(false);
      await registration.abort();
      expect(await database.assets.known([hash("sha256", "1")])).toEqual(new Set());
      // The id is free again: nothing is left.
      await database.dispatches.beginRegistration(start);
    });

    it("remove what is left of a registration that was cut off when the database is opened again", async () => {
      const place = create();
      const first = await place.open();
      const dispatchId = randomUUID();
      const start = {
        header: header(),
        dispatchId,
        rootDispatchId: dispatchId,
        nodeCount: 900,
        linkCount: 0,
      };
      const registration = await first.dispatches.beginRegistration(start);
      await registration.nodes(
        Array.from({ length: 700 }, (_, id) => node(id, { assets: { value: inline(`${id}`) } })),
      );
      await first.close();
      const second = await place.open();
      expect(await second.assets.known([hash("sha256", "5")])).toEqual(new Set());
      await second.dispatches.beginRegistration(start);
    });

    it("refuse a manifest that breaks its own announcement, an id that is taken, and false digests", async () => {
      const database = await create().open();
      const dispatchId = await register(database, { nodes: [node(0)] });
      const start = { header: header(), dispatchId, rootDispatchId: dispatchId, nodeCount: 2, linkCount: 1 };
      const taken = await database.dispatches.beginRegistration({ ...start, nodeCount: 0, linkCount: 0 });
      await expect(taken.finish()).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });

      const registration = await database.dispatches.beginRegistration({
        ...start,
        dispatchId: randomUUID(),
      });
      await expect(registration.nodes([node(2)])).rejects.toMatchObject({ code: "INVALID_MANIFEST" });
      await expect(registration.links([link(0, 5)])).rejects.toMatchObject({ code: "INVALID_MANIFEST" });
      await expect(registration.finish()).rejects.toMatchObject({ code: "INVALID_MANIFEST" });
      const lie = { ...inline("1"), digest: BUNDLE };
      await expect(registration.nodes([node(1, { assets: { value: lie } })])).rejects.toMatchObject({
        code: "ASSET_CORRUPT",
      });
    });

    it("refuse a node that comes twice, and show nothing of its dispatch", async () => {
      const database = await create().open();
      const dispatchId = randomUUID();
      const start = { header: header(), dispatchId, rootDispatchId: dispatchId, nodeCount: 2, linkCount: 0 };
      const registration = await database.dispatches.beginRegistration(start);
      await registration.nodes([node(0)]);
      await registration.nodes([node(0)]);
      await expect(registration.finish()).rejects.toMatchObject({ code: "INVALID_MANIFEST" });
      expect(await database.dispatches.summary(dispatchId)).toBeUndefined();
      await registration.abort();
      await register(database, { nodes: [node(0)] });
      expect((await database.dispatches.list({ offset: 0, count: 5 })).total).toBe(1);
    });

    it("list dispatches newest first, by id, status and text", async () => {
      const database = await create().open();
      const a = await register(database, { header: header({ name: "alpha 100%" }), nodes: [node(0)] });
      const b = await register(database, { header: header({ name: "Beta" }), nodes: [] });
      const c = await register(database, { header: header({ name: "alphabet" }), nodes: [] });
      await database.journal.claimStart(b, 1);
      const ids = async (query: object) => {
        const { items, total } = await database.dispatches.list({ offset: 0, count: 10, ...query });
        return [total, ...items.map((item) => item.dispatch_id)];
      };
      expect(await ids({})).toEqual([3, c, b, a]);
      expect(await ids({ offset: 1, count: 1 })).toEqual([3, b]);
      expect(await ids({ latest: true })).toEqual([1, c]);
      expect(await ids({ statuses: ["STARTING"] })).toEqual([1, b]);
      expect(await ids({ search: "ALPHA" })).toEqual([2, c, a]);
      expect(await ids({ search: "0%" })).toEqual([1, a]);
      expect(await ids({ search: a.slice(3, 20).toUpperCase() })).toEqual([1, a]);
      expect(await ids({ dispatchIds: [a, c] })).toEqual([2, c, a]);
      expect(await database.dispatches.summary(b)).toMatchObject({
        status: "STARTING",
        name: "Beta",
        sequence: 1,
      });
    });

    it("let an asset get its bytes later, beside the client's own digest", async () => {
      const database = await create().open();
      const id = await register(database, { nodes: [node(0)] });
      const bytes = Buffer.from([0, 255]);
      const payload = { digest: hash("sha256", bytes), size: 2, codec: "bytes", inline: bytes } as const;
      await database.assets.assign(id, 0, "function", {
        payload,
        clientDigest: "sha1 of it",
        clientDigestAlg: "sha1",
      });
      await database.assets.assign(id, null, "inputs", { payload: { ...payload, digest: BUNDLE } });
      expect(await database.assets.find(id, 0, "function")).toMatchObject({
        codec: "bytes",
        digest: payload.digest,
        size: 2,
        clientDigest: "sha1 of it",
        clientDigestAlg: "sha1",
      });
      expect(Buffer.from((await database.assets.content(payload.digest)) ?? [])).toEqual(bytes);
      expect(await database.assets.known([payload.digest, "f".repeat(64)])).toEqual(
        new Set([payload.digest]),
      );
      expect(await database.assets.find(id, null, "inputs")).toMatchObject({ digest: BUNDLE });
      expect(await database.assets.find(id, 0, "nothing")).toBeUndefined();
      await expect(database.assets.assign(id, 7, "function", { payload })).rejects.toMatchObject({
        code: "NODE_NOT_FOUND",
      });
    });

    it("give an asset without bytes those that another one with its digest has", async () => {
      const database = await create().open();
      const id = await register(database, { nodes: [node(0, { assets: { value: inline("[1]") } })] });
      const digest = hash("sha256", "[1]");
      await database.assets.assign(id, null, "result", { payload: { digest, size: 3, codec: "value" } });
      const found = await database.assets.find(id, null, "result");
      expect(Buffer.from(found?.inline ?? []).toString()).toBe("[1]");
    });
  });
}

function inline(content: string) {
  const digest = hash("sha256", content);
  return {
    digest_alg: "sha256",
    digest,
    size: content.length,
    codec: "value" as const,
    content,
    text: `<${content}>`,
  };
}

function fullHeader() {
  return manifestHeaderSchema.parse({
    metadata: {},
    bundles: [{ digest: BUNDLE, size: 10, externals: [{ name: "sharp", version: "1.0.0" }] }],
    lattice: {
      metadata: {
        name: "select-model",
        executor: "local",
        executor_data: { a: 1 },
        workflow_executor: "local",
        workflow_executor_data: { b: null },
        covalent_version: "0.1.0",
        language: "typescript",
        bundle: BUNDLE,
        lattice: "select.ts#selectModel",
        workdir: "/home/me",
        project_root: "/home/me/project",
        tags: ["a", "b"],
      },
      assets: { inputs: inline("[2]"), doc: null },
    },
  });
}
