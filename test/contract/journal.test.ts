import { sqliteUnderTest } from "./journal-sqlite.ts";
import { describeJournal } from "./journal-suite.ts";

describeJournal("SQLite, committing on the event loop", () => sqliteUnderTest({ durability: "process" }));
describeJournal("SQLite, committing in a thread", () => sqliteUnderTest({ durability: "power" }));
