// The scenarios of DBOS: steps of one workflow side by side, and one behind the other. They run in this process, as DBOS's do.
//
//   node dbos.mjs <address of a Postgres database> <runs>

import { DBOS } from "@dbos-inc/dbos-sdk";
import { report } from "./report.mjs";

const [, , systemDatabaseUrl, runs] = process.argv;
DBOS.setConfig({
  name: "benchmark",
  systemDatabaseUrl,
  systemDatabasePoolSize: 20,
  logLevel: "error",
  runAdminServer: false,
});

const wide = DBOS.registerWorkflow(
  async (count) => {
    const steps = Array.from({ length: count }, (_, value) =>
      DBOS.runStep(async () => value, { name: "same" }),
    );
    return (await Promise.all(steps)).reduce((total, value) => total + value, 0);
  },
  { name: "wide" },
);
const chain = DBOS.registerWorkflow(
  async (count) => {
    let last = 0;
    for (let step = 0; step < count; step++) {
      const value = last;
      last = await DBOS.runStep(async () => value + 1, { name: "next" });
    }
    return last;
  },
  { name: "chain" },
);

await DBOS.launch();
await report(Number(runs), { wide, chain });
await DBOS.shutdown();
