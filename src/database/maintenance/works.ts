import { runMigration } from "./migration-run.ts";

/** What the thread can do: each takes a request and its surroundings. */
export const WORKS = { migrate: runMigration } as const;

export type Works = typeof WORKS;
export type WorkName = keyof Works;
