/** Runs something and counts the turns of the event loop meanwhile: others are served in each of them. */
export async function countingTurns<T>(run: () => PromiseLike<T>): Promise<{ result: T; turns: number }> {
  let turns = 0;
  let counting = true;
  const count = (): void => {
    turns += 1;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  try {
    const result = await run();
    return { result, turns };
  } finally {
    counting = false;
  }
}
