import type { App, Services } from "../services.ts";
import { deletionRoutes } from "./deletion.ts";
import { electronRoutes } from "./electron.ts";
import { graphRoutes } from "./graph.ts";
import { latticeRoutes } from "./lattice.ts";
import { logRoutes } from "./logs.ts";
import { previewRoutes } from "./preview.ts";
import { settingsRoutes } from "./settings.ts";
import { summaryRoutes } from "./summary.ts";

/**
 * What the original's web UI asks (`/api/v1`, `/api/draw`, `/api/webhook`), for scripts and pages that were written for it. Shapes are
 * the original's, status codes ours: what is not there is a 404. Values are shown from their stored text; nothing is unpickled.
 */
export function originalUiRoutes(app: App, services: Services): void {
  summaryRoutes(app, services);
  deletionRoutes(app, services);
  latticeRoutes(app, services);
  graphRoutes(app, services);
  electronRoutes(app, services);
  settingsRoutes(app, services);
  logRoutes(app, services);
  previewRoutes(app);
}
