/**
 * What the engine starts. It is not TypeScript because Pulumi always puts ts-node before a policy pack, whatever its options say,
 * and ts-node does not take this project's imports; a module that is imported goes past it, to Node's own type stripping.
 */
import "./pack.ts";
