export const TABS = ["graph", "table", "timeline", "overview"] as const;
export type DispatchTab = (typeof TABS)[number];

/** What a dispatch's address says of the page; absent is the default. */
export interface DispatchSearch {
  readonly tab?: DispatchTab;
  /** The node whose panel is open. */
  readonly node?: number;
}

/** Reads an address that anybody may have written. */
export function parseDispatchSearch({ tab, node }: Readonly<Record<string, unknown>>): DispatchSearch {
  const isTab = TABS.includes(tab as DispatchTab);
  return {
    ...(isTab && { tab: tab as DispatchTab }),
    ...(Number.isSafeInteger(node) && Number(node) >= 0 && { node: Number(node) }),
  };
}
