// The scenarios of BullMQ: a flow of tasks joined by their parent, and a flow that is one behind the other. The tasks run in this
// process, as BullMQ's do by default. Plain JavaScript: its packages are not ours, and are installed only when this is asked for.
//
//   node bullmq.mjs <port of a Redis server> <runs>

import { FlowProducer, QueueEvents, Worker } from "bullmq";
import { report } from "./report.mjs";

const [, , port, runs] = process.argv;
const connection = { host: "127.0.0.1", port: Number(port), maxRetriesPerRequest: null };
const queueName = "tasks";
const flows = new FlowProducer({ connection });
const events = new QueueEvents(queueName, { connection });
const worker = new Worker(queueName, run, { connection, concurrency: 50 });
await Promise.all([flows.waitUntilReady(), events.waitUntilReady(), worker.waitUntilReady()]);

await report(Number(runs), {
  wide: (count) =>
    finished({ ...task("sum"), children: Array.from({ length: count }, (_, value) => task("same", value)) }),
  chain: (count) => {
    let flow = task("next", 0);
    for (let step = 1; step < count; step++) flow = { ...task("next"), children: [flow] };
    return finished(flow);
  },
});
await worker.close();
await Promise.all([flows.close(), events.close()]);

function task(name, value) {
  return { name, queueName, data: { value }, opts: { removeOnComplete: false } };
}

async function finished(flow) {
  const { job } = await flows.add(flow);
  return job.waitUntilFinished(events);
}

async function run(job) {
  if (job.name === "same") return job.data.value;
  const values = Object.values(await job.getChildrenValues());
  const sum = values.reduce((total, value) => total + value, 0);
  return job.name === "sum" ? sum : sum + 1;
}
