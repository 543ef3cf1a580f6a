import * as z from "zod";
import { CovalentError } from "../../model/errors.ts";
import type { App, Services } from "../services.ts";

const tags = ["server"];
const setting = z.object({
  key: z.string(),
  /** What is in force; `null` for a secret. */
  value: z.string().nullable(),
  /** The file, variable or option that it comes from. */
  origin: z.object({ from: z.enum(["default", "file", "env", "flag"]), name: z.string().optional() }),
  /** What is in force from the next start on, where it was changed. */
  next: z.string().nullable(),
  about: z.string(),
  /** What a value must be. */
  wanted: z.string(),
  choices: z.array(z.string()).readonly().nullable(),
  /** Why it cannot be changed here. */
  locked: z.string().nullable(),
});

/** Every setting with its origin. Those that open the server to somebody are changed on its machine alone. */
export function settingRoutes(app: App, { settings, changes }: Services): void {
  app.get(
    "/api/v2/settings",
    {
      schema: {
        tags,
        summary: "Every setting, and where its value comes from",
        response: { 200: z.object({ settings: z.array(setting) }) },
      },
    },
    () => ({ settings: [...settings.list()] }),
  );
  app.put(
    "/api/v2/settings/:key",
    {
      schema: {
        tags,
        params: z.object({ key: z.string().max(200) }),
        body: z.object({ value: z.string().max(10_000) }),
        summary: "Change a setting in the file, for the next start",
        response: { 200: setting },
      },
    },
    async (request) => {
      const { key } = request.params;
      const found = (): z.output<typeof setting> => {
        const one = settings.list().find((each) => each.key === key);
        if (one === undefined) throw new CovalentError("CONFIG_UNKNOWN_KEY", { key });
        return one;
      };
      const { locked } = found();
      if (locked !== null)
        throw new CovalentError("INVALID_ARGUMENT", { reason: `${key} is not changed here. ${locked}` });
      await settings.set(key, request.body.value);
      changes.tell("settings");
      return found();
    },
  );
}
