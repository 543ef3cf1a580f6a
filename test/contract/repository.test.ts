import { sqliteUnderTest } from "./journal-sqlite.ts";
import { describeRepositories } from "./repository-suite.ts";

describeRepositories("SQLite", () => sqliteUnderTest({ durability: "process" }));
