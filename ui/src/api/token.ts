/** The token that a server beyond this machine wants: asked for once, kept until the tab is closed. */

const KEY = "covalent-token";
const listeners = new Set<() => void>();
let asking = false;

export function token(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** True while the reader is to be asked for it. */
export function isTokenWanted(): boolean {
  return asking;
}

/** Called when the server refused `refused`; another one may have been given in the meantime. */
export function refuseToken(refused: string | undefined): void {
  if (refused !== token() || asking) return;
  asking = true;
  tell();
}

export function giveToken(given: string): void {
  sessionStorage.setItem(KEY, given);
  asking = false;
  tell();
}

/** Tells of a change of {@link isTokenWanted} and {@link token}. Gives the way to stop. */
export function onTokenChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
