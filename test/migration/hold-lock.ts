import { DatabaseSync } from "node:sqlite";

/**
 * Holds a database in a way until its input ends, and says so when it does.
 *
 *     node hold-lock.ts <path> <"BEGIN EXCLUSIVE" | "BEGIN IMMEDIATE" | ...>
 */
const [path = "", sql = ""] = process.argv.slice(2);
const connection = new DatabaseSync(path);
connection.exec(sql);
process.stdout.write("held\n");
process.stdin.on("end", () => connection.close()).resume();
