/** In the environment of a worker: its directory for what tasks need while they run, which is removed behind it whatever becomes of it. */
export const SCRATCH_VARIABLE = "COVALENT_WORKER_SCRATCH";
