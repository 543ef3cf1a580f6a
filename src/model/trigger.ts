import * as z from "zod";

/**
 * Triggers as data: what starts a dispatch whenever something happens. The names and fields are the original's (`covalent.triggers`),
 * so that its SDK can register them; `cron` and `timezone` are ours. Durations are seconds, as there.
 */

const seconds = z
  .number()
  .min(0.05)
  .max(10 * 365 * 86_400);
const times = z.int().min(1).max(1_000_000_000);

/** Fires every so many seconds, or by a cron expression. */
export const timeTriggerSchema = z
  .object({
    name: z.literal("TimeTrigger"),
    time_gap: seconds.optional(),
    /** Five fields, or six with seconds in front. */
    cron: z.string().max(200).optional(),
    /** An IANA name such as `Europe/Berlin`; the server's own when absent. */
    timezone: z.string().max(100).optional(),
  })
  .refine(({ time_gap, cron }) => (time_gap === undefined) !== (cron === undefined), {
    error: "a TimeTrigger has either a time_gap or a cron",
  });

export const DIRECTORY_EVENTS = ["created", "deleted", "modified", "moved", "closed"] as const;
export type DirectoryEvent = (typeof DIRECTORY_EVENTS)[number];
const eventName = z.enum(DIRECTORY_EVENTS);

/** Fires when so many things have happened to a file, or to what is in a directory. */
export const directoryTriggerSchema = z.object({
  name: z.literal("DirTrigger"),
  dir_path: z.string().min(1).max(4_096),
  event_names: z.union([eventName.transform((one) => [one]), z.array(eventName).min(1).max(20)]),
  batch_size: times.default(1),
  recursive: z.boolean().default(false),
});

const polling = {
  /** A table, or what else may stand behind FROM. */
  table_name: z.string().min(1).max(10_000),
  poll_interval: seconds.default(1),
  /** Joined by AND. */
  where_clauses: z
    .array(z.string().max(10_000))
    .max(100)
    .nullish()
    .transform((clauses) => clauses ?? []),
  trigger_after_n: times.default(1),
};

/** Fires when a table of a SQLite file has been found to have such rows so many times. */
export const sqliteTriggerSchema = z.object({
  name: z.literal("SQLiteTrigger"),
  db_path: z.string().min(1).max(4_096),
  ...polling,
});

/** The same for the database of a URL: SQLite, Postgres, MySQL, MariaDB. It is stored without its password. */
export const databaseTriggerSchema = z.object({
  name: z.literal("DatabaseTrigger"),
  db_path: z.string().min(1).max(4_096),
  ...polling,
});

/** Fires when somebody says so, and at no other time. */
const manualTriggerSchema = z.object({ name: z.literal("BaseTrigger") });

export const triggerSchema = z.discriminatedUnion(
  "name",
  [
    timeTriggerSchema,
    directoryTriggerSchema,
    sqliteTriggerSchema,
    databaseTriggerSchema,
    manualTriggerSchema,
  ],
  {
    error:
      "the server observes TimeTrigger, DirTrigger, SQLiteTrigger, DatabaseTrigger and BaseTrigger; a trigger of a class of your own is observed by your own program: call its observe()",
  },
);

/** What a trigger waits for. */
export type TriggerDefinition = z.output<typeof triggerSchema>;
export type TimeTriggerDefinition = z.output<typeof timeTriggerSchema>;
export type DirectoryTriggerDefinition = z.output<typeof directoryTriggerSchema>;
export type SqliteTriggerDefinition = z.output<typeof sqliteTriggerSchema>;
export type DatabaseTriggerDefinition = z.output<typeof databaseTriggerSchema>;

/** A trigger as it is stored. Times are milliseconds since the epoch. */
export interface TriggerRecord {
  readonly id: string;
  /** The dispatch that it starts the first time, and repeats after that. */
  readonly dispatchId: string;
  readonly definition: TriggerDefinition;
  readonly createdAt: number;
  /** `null` while it is observed. */
  readonly stoppedAt: number | null;
  /** Since when it is paused: nothing is observed, and what happens meanwhile is not counted. `null` while it is not. */
  readonly pausedAt: number | null;
  /** When it fires next, where that is known. */
  readonly dueAt: number | null;
  /** What has happened since it fired last. */
  readonly events: number;
  /** How often it has fired. */
  readonly fired: number;
  readonly firedAt: number | null;
  /** The dispatch that it started last. */
  readonly lastDispatchId: string | null;
  /** Why it cannot be observed, or could not fire; `null` when nothing is in its way. */
  readonly problem: string | null;
}
