import type { Job } from "./local-worker.ts";

/** Attempts that wait for a worker, in order. Taking the first costs the same however many wait. */
export class WaitLine {
  #jobs: Job[] = [];
  #first = 0;

  get length(): number {
    return this.#jobs.length - this.#first;
  }

  add(jobs: readonly Job[]): void {
    for (const job of jobs) this.#jobs.push(job);
  }

  /** Those that were taken back from a worker go before all others: they have waited longest. */
  putBack(jobs: readonly Job[]): void {
    if (jobs.length > 0) this.#replace([...jobs, ...this.#jobs.slice(this.#first)]);
  }

  take(): Job | undefined {
    const job = this.#jobs[this.#first];
    if (job === undefined) return undefined;
    this.#first += 1;
    if (this.#first > 1_024 && this.#first * 2 > this.#jobs.length)
      this.#replace(this.#jobs.slice(this.#first));
    return job;
  }

  remove(jobs: ReadonlySet<Job>): void {
    this.#replace(this.#jobs.slice(this.#first).filter((job) => !jobs.has(job)));
  }

  /** Takes all. */
  drain(): readonly Job[] {
    const jobs = this.#jobs.slice(this.#first);
    this.#replace([]);
    return jobs;
  }

  #replace(jobs: Job[]): void {
    this.#jobs = jobs;
    this.#first = 0;
  }
}
