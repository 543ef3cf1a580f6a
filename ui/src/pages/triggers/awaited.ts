import { exactDurationText } from "../../components/exact-duration.ts";

/** What a trigger waits for, in a few words. Fields that it does not know are left to {@link fieldsText}. */
export function awaitedText({ name, ...fields }: Readonly<Record<string, unknown>>): string {
  switch (name) {
    case "TimeTrigger":
      return fields.cron === undefined
        ? `every ${exactDurationText(Number(fields.time_gap) * 1_000)}`
        : [fields.cron, fields.timezone].filter(Boolean).join(" ");
    case "DirTrigger":
      return `${[fields.event_names].flat().join(", ")} in ${fields.dir_path}`;
    case "BaseTrigger":
      return "somebody who fires it";
    case "SQLiteTrigger":
    case "DatabaseTrigger":
      return `rows of ${fields.table_name} in ${fields.db_path}`;
    default:
      return fieldsText(fields);
  }
}

function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("  ");
}
