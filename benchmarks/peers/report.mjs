const TASKS = 1_000;
const STEPS = 100;

/** Does both scenarios once uncounted and then so many times, checks what comes out, and prints the medians as JSON. */
export async function report(runs, { wide, chain }) {
  const rates = [];
  const steps = [];
  for (let run = 0; run <= runs; run++) {
    const wideMs = await timed(() => wide(TASKS), (TASKS * (TASKS - 1)) / 2);
    const chainMs = await timed(() => chain(STEPS), STEPS);
    if (run === 0) continue;
    rates.push((TASKS * 1_000) / wideMs);
    steps.push(chainMs / STEPS);
  }
  process.stdout.write(`${JSON.stringify({ rate: median(rates), each: median(steps) })}\n`);
}

async function timed(run, expected) {
  const began = performance.now();
  const value = await run();
  const took = performance.now() - began;
  if (value !== expected) throw new Error(`it gave ${value}, not ${expected}`);
  return took;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
