import { figureOf, type Measurement, median, type Scenario } from "./scenario.ts";
import { type BenchmarkServer, type ServerUsage, startServer } from "./server.ts";

const RUNS = 5;

export interface MeasureOptions {
  /** Instead of each scenario's own number. */
  readonly runs?: number;
  readonly profiles?: string;
}

/**
 * Measures a scenario on a server of its own. It is done once before, which is not counted: bundling the workflow and warming up
 * the workers are not what is measured.
 */
export async function measure(scenario: Scenario, options: MeasureOptions = {}): Promise<Measurement> {
  const { durability, runs = RUNS } = scenario;
  const server = await startServer({ durability, ...options });
  try {
    await scenario.run(server);
    return await repeat(scenario, server, options.runs ?? runs);
  } finally {
    await server.stop();
  }
}

async function repeat(scenario: Scenario, server: BenchmarkServer, runs: number): Promise<Measurement> {
  const { name, about, durability, figure, count } = scenario;
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
  const serverPeakBytes = after.server.peakBytes;
  return { name, about, durability, figure, value: median(values), values, cpuUs, serverPeakBytes };
}

function workersMs({ workers }: ServerUsage): number {
  return workers.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}
