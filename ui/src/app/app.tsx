import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Tooltip } from "radix-ui";
import { ServerError } from "../api/client.ts";
import { Live } from "../api/live.ts";
import { onTokenChange } from "../api/token.ts";
import { Toasts } from "../components/toasts.tsx";
import { LiveContext } from "../hooks/live.ts";
import { router } from "./router.tsx";
import { TokenDialog } from "./token-dialog.tsx";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Events say when to read again.
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => error instanceof ServerError && error.status === 0 && failures < 3,
    },
  },
});
const live = new Live(queries);
onTokenChange(() => void queries.invalidateQueries());

/** The web UI: everything that pages share, around the page that the address names. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <LiveContext value={live}>
        <Tooltip.Provider delayDuration={300}>
          <Toasts>
            <RouterProvider router={router} />
            <TokenDialog />
          </Toasts>
        </Tooltip.Provider>
      </LiveContext>
    </QueryClientProvider>
  );
}
