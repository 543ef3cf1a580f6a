/** Where the reader has moved boxes of a dispatch to, by their keys. */
export type MovedBoxes = Readonly<Record<string, readonly [x: number, y: number]>>;

/** Dispatches whose moved boxes are kept. */
const KEPT = 50;
const KEY = "covalent-moved";

export function readMoved(dispatchId: string, layout: string): MovedBoxes {
  return readAll()[`${dispatchId} ${layout}`] ?? {};
}

export function keepMoved(dispatchId: string, layout: string, moved: MovedBoxes): void {
  const { [`${dispatchId} ${layout}`]: _before, ...others } = readAll();
  const kept = Object.entries(others).slice(-KEPT + 1);
  localStorage.setItem(
    KEY,
    JSON.stringify(Object.fromEntries([...kept, [`${dispatchId} ${layout}`, moved]])),
  );
}

function readAll(): Readonly<Record<string, MovedBoxes>> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}
