/**
 * `npm run job`: the copy as a job of the stack, from a finished snapshot, with everything it needs in its environment. As the first
 * process of a container it hears no signal that nobody listens to, and loading the engine takes a moment: a job that is ended
 * meanwhile must not go on until it is killed.
 */

/** 128 + SIGTERM, as a shell tells it. */
const ended = (): never => process.exit(143);
process.once("SIGTERM", ended);
const { runCopy } = await import("./job/copy.ts");
process.off("SIGTERM", ended);
await runCopy();
