import { define } from "./error-entry.ts";

/** The errors of the database: opening it, upgrading it, backing it up and mending it. */
export const DATABASE_ERRORS = define({
  DATABASE_NEEDS_UPGRADE: {
    message:
      "The database needs to be upgraded: {path} is at revision {revision}, {pending} step(s) behind {head}",
    hint: "Run `covalent db migrate`, or start with `covalent start --migrate`.",
    http: 503,
  },
  DATABASE_UNKNOWN_REVISION: {
    message:
      "the database {path} is at revision {revision}, which this version of Covalent ({version}) does not know",
    hint: "`covalent db doctor` compares it with every revision there is. The file was not touched.",
    http: 503,
  },
  DATABASE_UNSOUND: {
    message: "the database {path} is not as it should be: {reason}",
    hint: "{advice}",
    http: 503,
  },
  MIGRATION_VIOLATION: {
    message: "revision {revision} makes {constraint}, and {rows} row(s) of {table} break it: {examples}",
    hint: "Nothing was changed. Migrate past it, or say what to do with the rows: --on-violation=quarantine or --on-violation=delete.",
    http: 409,
  },
  MIGRATION_OBSTACLE: {
    message: "the migration cannot keep everything: {what}",
    hint: "Nothing was changed. If you can do without it: {command}",
    http: 409,
  },
  MIGRATION_NOT_EQUAL: {
    message: "the rebuilt table {table} is not equal to the old one: {reason}",
    hint: "Nothing was changed. Please report this with the output of `covalent db doctor --json`.",
    http: 500,
  },
  MIGRATION_OVERTAKEN: {
    message: "the database is not at revision {revision}: another program has changed it meanwhile",
    hint: "Look again with `covalent db status`.",
    http: 409,
  },
  DATABASE_UNUSABLE: { message: "the database {path} cannot be used: {reason}", hint: "{advice}", http: 503 },
  DATABASE_BUSY: {
    message: "the database {path} is locked by another process",
    hint: "Stop what else uses the file.",
    http: 503,
  },
  DATABASE_IN_USE: {
    message: "a Covalent server (pid {pid}, {url}) is running on the database {path}",
    hint: "Stop it with `covalent stop`, then try again. The file was not touched.",
    http: 409,
  },
  DATABASE_CHANGED: {
    message: "another program has written to the database {path} since it was looked at: {reason}",
    hint: "Nothing was done to it. When that program has ended, run the same command again.",
    http: 409,
  },
  DATABASE_READ_ONLY: {
    message: "the database {path} cannot be written to: {reason}",
    hint: "Give yourself the permission to write to the file and to its directory (SQLite keeps a journal beside it). The file was not touched. A backup can be made elsewhere: `covalent db backup FILE`.",
    http: 403,
  },
  DATABASE_DISK_FULL: {
    message: "the disk of {directory} has no room for this: {needed} needed at the peak, {available} free",
    hint: "{advice}",
    http: 507,
  },
  DATABASE_REFUSED: {
    message: "the database {path} cannot be changed as it is: {reason}",
    hint: "{advice}",
    http: 409,
  },
  MIGRATION_VIOLATIONS: {
    message: "the rows of {path} do not permit this: {reason}",
    hint: "{advice}",
    http: 409,
  },
  MIGRATION_FAILED: {
    message: "the migration of {path} failed at {where}: {reason}",
    hint: "{advice}",
    http: 500,
  },
  MIGRATION_INTERRUPTED: {
    message: "the work on {path} was interrupted",
    hint: "{advice}",
    http: 409,
  },
  NOT_CONFIRMED: { message: "nothing was done: the answer was no", http: 409 },
  STAMP_REFUSED: {
    message: "revision {revision} was not written into {path}: {reason}",
    hint: "If you know better, `covalent db stamp {revision} --force` writes it all the same. The file was not touched.",
    http: 409,
  },
  BACKUP_FAILED: {
    message: "no sound backup could be made at {file}: {reason}",
    hint: "`covalent db backup FILE` writes it to another place, should {directory} be full, failing or not yours to write to. The database was not changed.",
    http: 500,
  },
  BACKUP_NOT_FOUND: {
    message: "there is no backup {file}",
    hint: "`covalent db backups` lists those of the configured database.",
    http: 404,
  },
  BACKUP_UNUSABLE: {
    message: "{file} cannot be restored: {reason}",
    hint: "`covalent db backups` lists others. The database was not touched.",
    http: 422,
  },
  DATABASE_NEWER: {
    message:
      "the database {path} is at revision {revision}, written by Covalent {writtenBy}; this is Covalent {version}, which is older",
    hint: "Install Covalent {writtenBy} or newer. The file was not touched.",
    http: 503,
  },
  DATABASE_NOT_FOUND: {
    message: "there is no database {path}",
    hint: "`covalent db migrate` makes an empty one; `covalent config get dispatcher.db_path` shows where it is looked for.",
    http: 404,
  },
  REVISION_NOT_FOUND: {
    message: "there is no revision {revision}",
    hint: "`covalent db history` lists every revision.",
    http: 404,
  },
  CONFIRMATION_NEEDED: {
    message: "the command has a question, and nobody can be asked here: this is not a terminal",
    hint: "Nothing was done. Give --yes to say yes beforehand. The question: {question}",
    http: 409,
  },
});
