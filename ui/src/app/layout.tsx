import { Link, Outlet } from "@tanstack/react-router";
import { Menu, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { IconButton } from "../components/button.tsx";
import { useMedia } from "../hooks/media.ts";
import { ConnectionBadge } from "./connection-badge.tsx";
import { Navigation } from "./navigation.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

/** The frame around every page: navigation at the side, on small screens behind a button. */
export function Layout() {
  const wide = useMedia("(min-width: 768px)");
  return (
    <div className="flex h-dvh flex-col md:flex-row print:block print:h-auto">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2"
      >
        Skip to the page
      </a>
      {wide ? <SideBar /> : <TopBar />}
      <main
        id="page"
        tabIndex={-1}
        className="flex min-h-0 min-w-0 flex-1 flex-col outline-none print:*:overflow-visible"
      >
        <Outlet />
      </main>
    </div>
  );
}

function SideBar() {
  return (
    <div className="flex w-52 shrink-0 print:hidden flex-col gap-4 border-r bg-panel p-3">
      <Brand />
      <Navigation />
      <div className="mt-auto flex items-center justify-between gap-2">
        <ConnectionBadge />
        <ThemeSwitch />
      </div>
    </div>
  );
}

function TopBar() {
  const [open, setOpen] = useState(false);
  return (
    <header className="flex items-center justify-between border-b print:hidden bg-panel px-3 py-2">
      <Brand />
      <div className="flex items-center gap-1">
        <ConnectionBadge />
        <Dialog.Root open={open} onOpenChange={setOpen}>
          <Dialog.Trigger asChild>
            <IconButton label="Menu" icon={Menu} />
          </Dialog.Trigger>
          <Dialog.Portal>
            <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
            <Dialog.Content
              aria-describedby={undefined}
              className="fixed inset-y-0 right-0 z-50 flex w-64 flex-col gap-3 border-l bg-panel p-3 shadow-float"
            >
              <div className="flex items-center justify-between">
                <Dialog.Title className="px-2 font-semibold">Covalent</Dialog.Title>
                <Dialog.Close asChild>
                  <IconButton label="Close the menu" icon={X} />
                </Dialog.Close>
              </div>
              <Navigation onChosen={() => setOpen(false)} />
              <div className="mt-auto self-end">
                <ThemeSwitch />
              </div>
            </Dialog.Content>
          </Dialog.Portal>
        </Dialog.Root>
      </div>
    </header>
  );
}

function Brand() {
  return (
    <Link
      to="/"
      className="flex items-center gap-2 rounded-md px-1 py-1 text-[15px] font-semibold tracking-tight"
    >
      <img src="/ui/icon.svg" alt="" className="size-6" />
      Covalent
    </Link>
  );
}
