import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import type { App, Services } from "../services.ts";
import type { SettingsControl } from "../settings-control.ts";
import { tags } from "./dashboard-answers.ts";

/** What belongs to the server, and is not changed over the network. */
const SERVER: ReadonlySet<string> = new Set([
  "dispatcher",
  "dask",
  "workflow_data",
  "user_interface",
  "database",
  "limits",
]);

const sections = z.record(z.string(), z.unknown());
const settingsAnswer = z.object({ client: sections, server: sections });
const changes = z.object({ client: z.record(z.string(), z.record(z.string(), z.unknown())) });
const query = z.object({ override_existing: z.enum(["true", "false", "1", "0"]).default("true") });

/** The configuration, of which the clients' part can be changed. */
export function settingsRoutes(app: App, { settings }: Services): void {
  app.get(
    "/api/v1/settings",
    { schema: { tags, summary: "The configuration", response: { 200: settingsAnswer } } },
    () => {
      const all = Object.entries(settings.sections());
      return {
        client: Object.fromEntries(all.filter(([name]) => !SERVER.has(name))),
        server: Object.fromEntries(all.filter(([name]) => SERVER.has(name))),
      };
    },
  );
  app.post(
    "/api/v1/settings",
    {
      schema: {
        tags,
        body: changes,
        querystring: query,
        summary: "Change what clients go by",
        response: { 200: z.object({ data: z.string() }) },
      },
    },
    async (request) => {
      await change(request.body.client, request.query.override_existing.startsWith("t"), settings);
      return { data: "settings updated successfully" };
    },
  );
}

async function change(
  given: z.output<typeof changes>["client"],
  overrides: boolean,
  settings: SettingsControl,
): Promise<void> {
  const server = Object.keys(given).find((section) => SERVER.has(section));
  if (server !== undefined) {
    const reason = `Field cannot be updated: ${server} belongs to the server; set it with \`covalent config set\``;
    throw new CovalentError("INVALID_ARGUMENT", { reason });
  }
  // Without overriding, only what has no value is set; every key that is known has one.
  if (overrides) for (const [key, value] of keysOf(given)) await settings.set(key, value);
}

/** The most sections within sections: `executors.local.workers`. */
const DEPTH = 4;

/** Each key with its value as text. */
function* keysOf(
  tree: object,
  above: readonly string[] = [],
): Generator<readonly [key: string, value: string]> {
  for (const [name, value] of Object.entries(tree)) {
    const trail = [...above, name];
    if (name === "" || trail.length > DEPTH)
      throw new CovalentError("INVALID_ARGUMENT", {
        reason: "Key should not be empty string, or nested deep",
      });
    if (typeof value === "object" && value !== null && !Array.isArray(value)) yield* keysOf(value, trail);
    else yield [trail.join("."), typeof value === "string" ? value : JSON.stringify(value)];
  }
}
