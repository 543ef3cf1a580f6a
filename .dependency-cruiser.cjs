// The borders of DESIGN and ARCHITECTURE.md as rules. test/packaging/borders.test.ts proves that each of them bites.

const TEST = "\\.test(-d|-support)?\\.ts$";

/** Names that say nothing about what a file does. */
const VAGUE = { path: ["/utils?[/.]", "/helpers?[/.]", "/common[/.]"], pathNot: "node_modules/" };

/** Files of a folder of src/ without its tests. */
const of = (folder) => ({ path: `^src/${folder}`, pathNot: TEST });

/** `folder`, but for files like `except`, may import `allowed` and itself, and nothing else of ours. */
const only = (folder, allowed, comment, except = "(?!)") => ({
  name: `${folder}-imports`,
  comment,
  severity: "error",
  from: { path: `^src/${folder}/`, pathNot: [TEST, except] },
  to: { path: "^(src|ui)/", pathNot: [`^src/${folder}/`, ...allowed.map((path) => `^src/${path}`)] },
});

/** A package or built-in that only one place may import. */
const reserved = (name, packages, owner, comment) => ({
  name: `${name}-only-in-${owner.replaceAll("/", "-")}`,
  comment,
  severity: "error",
  from: { path: "^src/", pathNot: [`^src/${owner}/`, TEST] },
  to: { path: `(^|node_modules/)(${packages})(/|$)`, dependencyTypesNot: ["type-only"] },
});

const lazy = "^node_modules/(esbuild|pg|mysql2|ssh2|bullmq|@aws-sdk/[^/]+)/";

module.exports = {
  forbidden: [
    {
      name: "no-cycle",
      comment: "No import cycle anywhere.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    only("model", [], "The words of the domain depend on nothing of ours."),
    only("graph", ["model/"], "Graph algorithms are pure."),
    only("serialization", ["model/"], "Payloads are read and written in clients, workers and servers alike."),
    only("storage", ["model/"], "The asset store knows bytes and digests."),
    only("config", ["model/"], "Configuration is data that is handed down."),
    only("leptons", ["model/", "serialization/"], "What runs a lepton knows nothing of electrons."),
    only("definition", ["model/"], "What names definitions is below what defines and what bundles."),
    only(
      "sdk",
      ["model/", "graph/", "serialization/", "definition/", "leptons/"],
      "Electrons, lattices and tracing: no bundler, no client.",
    ),
    only(
      "bundle",
      ["model/", "definition/", "sdk/", "leptons/"],
      "Whoever loads a bundle hands in what its modules import.",
    ),
    only(
      "submission",
      [
        "model/",
        "serialization/",
        "definition/",
        "sdk/",
        "bundle/",
        "client/",
        "discovery/",
        "version\\.ts$",
      ],
      "Tracing, bundling and registering meet here. Its child process alone imports the SDK's face, as its users do.",
      "(inspect|retrace)-child\\.ts$",
    ),
    {
      name: "submission-is-for-programs",
      comment:
        "Dispatches are submitted by a user's program and by the command line; a worker makes the manifests of sublattices.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/(submission|cli|worker)/", "^src/index\\.ts$", TEST] },
      // What a child process is told and answers are types.
      to: { path: "^src/submission/", dependencyTypesNot: ["type-only"] },
    },
    only("process", ["model/"], "What a pid means is asked of the system alone."),
    only("discovery", ["model/", "config/", "process/"], "Finding a server needs no part of one."),
    only(
      "dispatcher",
      [
        "model/",
        "graph/",
        "executors/executor\\.ts$",
        "storage/asset-store\\.ts$",
        "database/journal\\.ts$",
        "triggers/trigger\\.ts$",
      ],
      "The dispatcher knows executors, storage, triggers and the database by their contracts alone.",
    ),
    only(
      "client",
      ["model/", "serialization/", "discovery/"],
      "The client speaks HTTP; it is part of what an SDK program loads.",
    ),
    only(
      "worker",
      [
        "model/",
        "serialization/",
        "definition/",
        "sdk/",
        "bundle/",
        "leptons/",
        "submission/(prepare|manifest-lines|assert-defined)\\.ts$",
        "config/",
        "version\\.ts$",
        "index\\.ts$",
      ],
      "A worker runs one task, and makes the manifest of a sublattice; it knows no server.",
    ),
    only(
      "triggers",
      ["model/", "database/repositories/trigger-repository\\.ts$"],
      "Triggers know where they are stored by its contract, and those who start dispatches by their own.",
    ),
    only(
      "server",
      [
        "model/",
        "graph/",
        "serialization/",
        "database/",
        "storage/",
        "executors/executor\\.ts$",
        "version\\.ts$",
      ],
      "The server reaches the dispatcher through its own dispatcher-control.ts.",
    ),
    {
      name: "sdk-reaches-no-server",
      comment: "A program that imports the SDK loads no server code, not even through others.",
      severity: "error",
      from: { path: "^src/((sdk|submission)/|index\\.ts$)", pathNot: TEST },
      to: { path: "^src/(database|server|dispatcher|executors|daemon|cli|storage)/", reachable: true },
    },
    {
      name: "executors-are-islands",
      comment: "Executors never import one another; what they share is the pool of worker processes.",
      severity: "error",
      from: { path: "^src/executors/([^/]+)/", pathNot: TEST },
      to: { path: "^src/executors/[^/]+/", pathNot: ["^src/executors/$1/", "^src/executors/pool/"] },
    },
    {
      name: "executors-know-no-server",
      comment: "Executors know neither the database nor who calls them.",
      severity: "error",
      from: of("executors/"),
      to: { path: "^src/(database|dispatcher|server|daemon|cli|client|config|sdk|submission)/" },
    },
    {
      name: "database-imports",
      comment: "The database knows the domain and nothing above it.",
      severity: "error",
      from: of("database/"),
      to: { path: "^src/", pathNot: ["^src/(database|model|graph)/", "^src/version\\.ts$"] },
    },
    {
      name: "revisions-are-frozen",
      comment:
        "A revision imports the query builder and the migration operations, so that later changes cannot alter it.",
      severity: "error",
      from: { path: "^src/database/revisions/", pathNot: ["/index\\.ts$", TEST] },
      to: { pathNot: ["^src/database/migration/", "^node_modules/kysely/"] },
    },
    reserved(
      "drivers",
      "node:sqlite|sqlite|pg|mysql2|@electric-sql/pglite",
      "database/dialects",
      "Only dialects know drivers.",
    ),
    reserved("ssh2", "ssh2", "executors/ssh", "A heavy peer stays in its executor."),
    reserved("bullmq", "bullmq|ioredis", "executors/redis", "A heavy peer stays in its executor."),
    reserved("s3", "@aws-sdk", "storage", "A heavy peer stays in its store."),
    reserved("esbuild", "esbuild", "bundle", "Bundling is one folder's business."),
    reserved("croner", "croner", "triggers", "Times are told in one folder."),
    reserved("fastify", "fastify|@fastify", "server", "HTTP is served in one folder."),
    reserved("commander", "commander|@clack", "cli", "The command line is one folder's business."),
    {
      name: "heavy-packages-load-late",
      comment: "Heavy packages are imported dynamically, where they are needed.",
      severity: "error",
      from: { path: "^src/", pathNot: TEST },
      to: { path: lazy, dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "config-is-read-at-entry-points",
      comment: "Configuration is read where programs begin (docs/adr/0001) and handed down.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/(config|discovery|cli|daemon|worker|testing)/", TEST] },
      to: { path: "^src/config/" },
    },
    {
      name: "nothing-imports-entry-points",
      comment: "cli, daemon and testing compose the rest; nothing below knows them.",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/(cli|daemon|testing)/", TEST] },
      to: { path: "^src/(cli|daemon|testing)/" },
    },
    {
      name: "client-is-for-programs",
      comment: "The HTTP client is for programs outside the server.",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: ["^src/(client|submission|cli|daemon|testing)/", "^src/index\\.ts$", TEST],
      },
      to: { path: "^src/client/" },
    },
    {
      name: "ui-imports",
      comment: "The UI imports the model's types and the reader of values, and nothing else of ours.",
      severity: "error",
      from: { path: "^ui/" },
      to: { path: "^src/", pathNot: ["^src/model/", "^src/serialization/deserialize\\.ts$"] },
    },
    {
      name: "source-imports-source",
      comment: "What is published imports nothing that is not.",
      severity: "error",
      from: { path: "^src/", pathNot: TEST },
      to: { path: `^(test|scripts|examples|benchmarks|ui)/|${TEST}` },
    },
    {
      name: "no-development-dependency",
      comment: "What is published needs nothing that is not installed with it.",
      severity: "error",
      from: { path: "^(src|bin)/", pathNot: TEST },
      to: {
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
        dependencyTypesNot: ["type-only", "npm-peer"],
      },
    },
    {
      name: "resolvable",
      comment: "Every import exists.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "named-for-what-it-does",
      comment: "No utils, helpers or common: neither imported ...",
      severity: "error",
      from: {},
      to: VAGUE,
    },
    {
      name: "named-for-what-it-does",
      comment: "... nor importing.",
      severity: "error",
      from: VAGUE,
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|coverage|test/fixtures)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default", "node"],
    },
  },
};
