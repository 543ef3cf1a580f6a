/**
 * A clock that is set while a server runs: preloaded into it with `--import`. `COVALENT_TEST_CLOCK_MS` is how wrong it is at the start;
 * each SIGUSR2 sets it back by an hour. The monotonic clock goes on, as it does.
 */
const HOUR_MS = 3_600_000;
const RealDate = Date;
const now = Date.now;
let wrongBy = Number(process.env.COVALENT_TEST_CLOCK_MS ?? 0);

process.on("SIGUSR2", () => {
  wrongBy -= HOUR_MS;
});

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now() + wrongBy] : args, newTarget),
  get: (target, key) => (key === "now" ? () => now() + wrongBy : Reflect.get(target, key)),
});
