/** A worker of the floor: gives back what it is given. */
process.on("message", (task) => process.send?.(task));
process.send?.("ready");
