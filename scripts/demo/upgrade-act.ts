import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Covalent, ROOT, UNINTERRUPTED } from "./covalent.ts";

const OLD_DATABASE = "examples/old-database/dispatcher_db.sqlite";

/**
 * The second act: a user of the original Covalent 0.177, whose own upgrade cannot get past this database, upgrades it and finds all
 * old runs again.
 */
export async function upgradeOldDatabase(home: string, covalent: Covalent): Promise<void> {
  console.log(`\n\nA home with ${OLD_DATABASE}, as the original Covalent 0.177 left it.`);
  const data = join(home, ".local/share/covalent");
  await mkdir(data, { recursive: true });
  await copyFile(join(ROOT, OLD_DATABASE), join(data, "dispatcher_db.sqlite"));
  await covalent(["db", "status"]);
  await covalent(["db", "migrate"]);
  await covalent(["start", "--port", "0"], UNINTERRUPTED);
  await covalent(["list"]);
  const { dispatches } = JSON.parse(
    await covalent(["list", "--search", "protein", "--json"], { quiet: true }),
  );
  await covalent(["show", dispatches[0].dispatch_id]);
}
