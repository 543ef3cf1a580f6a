import { type Figures, figureOf, type Measurement, median, type Scenario } from "./scenario.ts";
import { type BenchmarkServer, type ServerUsage, startServer } from "./server.ts";

const RUNS = 5;

export interface MeasureOptions {
  /** How often each scenario is measured; five times unless said. */
  readonly runs?: number;
  readonly profiles?: string;
}

/**
 * Measures a scenario on a server of its own. It is done once before, which is not counted: bundling the workflow and warming up
 * the workers are not what is measured.
 */
export async function measure(scenario: Scenario, options: MeasureOptions = {}): Promise<Measurement> {
  const { name, about, durability, figure, warmUp } = scenario;
  const { runs = RUNS } = options;
  const server = await startServer({ durability, ...options });
  try {
    await scenario.run(server);
    const fresh = await repeat(scenario, server, runs);
    const warm = warmUp === undefined ? {} : { warm: await again(scenario, server, runs, warmUp) };
    const serverPeakBytes = server.usage().server.peakBytes;
    return { name, about, durability, figure, fresh, ...warm, serverPeakBytes };
  } finally {
    await server.stop();
  }
}

async function again(scenario: Scenario, server: BenchmarkServer, runs: number, warmUp: number) {
  for (let run = 0; run < warmUp; run++) await scenario.run(server);
  return { after: warmUp, ...(await repeat(scenario, server, runs)) };
}

async function repeat(scenario: Scenario, server: BenchmarkServer, runs: number): Promise<Figures> {
  const { count } = scenario;
  const values: number[] = [];
  const before = server.usage();
  const clientBefore = process.cpuUsage();
  for (let run = 0; run < runs; run++) values.push(figureOf(scenario, await scenario.run(server)));
  const client = process.cpuUsage(clientBefore);
  const after = server.usage();
  const perTask = (ms: number) => (ms * 1_000) / (runs * count);
  const cpuUs = {
    client: perTask((client.user + client.system) / 1_000),
    server: perTask(after.server.cpuMs - before.server.cpuMs),
    workers: perTask(workersMs(after) - workersMs(before)),
  };
  return { value: median(values), values, cpuUs };
}

function workersMs({ workers }: ServerUsage): number {
  return workers.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}
