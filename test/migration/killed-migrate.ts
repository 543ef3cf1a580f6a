import { runMigration } from "../../src/database/maintenance/migration-run.ts";
import { quiet, requestFor } from "./quiet.ts";

/**
 * Migrates a database to head and kills itself right before the given statement; told none, it prints how many there are.
 * Run by `killed.test.ts`: node killed-migrate.ts <path> [number]
 */
const [path = "", last = "0"] = process.argv.slice(2);
let statements = 0;
await runMigration(
  requestFor(path),
  quiet({
    statement() {
      statements += 1;
      if (statements === Number(last)) process.kill(process.pid, "SIGKILL");
    },
  }),
);
process.stdout.write(`${statements}`);
