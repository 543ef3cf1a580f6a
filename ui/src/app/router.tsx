import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { parseDispatchSearch } from "../pages/dispatch/search.ts";
import { DispatchesPage } from "../pages/dispatches/dispatches-page.tsx";
import { parseDispatchesSearch } from "../pages/dispatches/search.ts";
import { parseLogSearch } from "../pages/logs/search.ts";
import { Layout } from "./layout.tsx";
import { LoadFailed, NotFound } from "./not-found.tsx";

/** Addresses and the pages they name. The server answers each of them with the same document (its UI_PAGES). */

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound, errorComponent: LoadFailed });

const dispatches = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: parseDispatchesSearch,
  component: DispatchesPage,
});

const dispatch = createRoute({
  getParentRoute: () => root,
  path: "/dispatches/$dispatchId",
  validateSearch: parseDispatchSearch,
  component: lazyRouteComponent(() => import("../pages/dispatch/dispatch-page.tsx"), "DispatchPage"),
});

const chooseComparison = createRoute({
  getParentRoute: () => root,
  path: "/dispatches/$dispatchId/compare",
  component: lazyRouteComponent(() => import("../pages/compare/choose-page.tsx"), "ChooseComparisonPage"),
});

const comparison = createRoute({
  getParentRoute: () => root,
  path: "/dispatches/$dispatchId/compare/$otherId",
  component: lazyRouteComponent(() => import("../pages/compare/compare-page.tsx"), "ComparePage"),
});

const preview = createRoute({
  getParentRoute: () => root,
  path: "/previews/$previewId",
  component: lazyRouteComponent(() => import("../pages/preview/preview-page.tsx"), "PreviewPage"),
});

const executors = createRoute({
  getParentRoute: () => root,
  path: "/executors",
  component: lazyRouteComponent(() => import("../pages/executors/executors-page.tsx"), "ExecutorsPage"),
});

const triggers = createRoute({
  getParentRoute: () => root,
  path: "/triggers",
  component: lazyRouteComponent(() => import("../pages/triggers/triggers-page.tsx"), "TriggersPage"),
});

const logs = createRoute({
  getParentRoute: () => root,
  path: "/logs",
  validateSearch: parseLogSearch,
  component: lazyRouteComponent(() => import("../pages/logs/logs-page.tsx"), "LogsPage"),
});

const database = createRoute({
  getParentRoute: () => root,
  path: "/database",
  component: lazyRouteComponent(() => import("../pages/database/database-page.tsx"), "DatabasePage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("../pages/settings/settings-page.tsx"), "SettingsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    dispatches,
    dispatch,
    chooseComparison,
    comparison,
    preview,
    triggers,
    executors,
    logs,
    database,
    settings,
  ]),
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
