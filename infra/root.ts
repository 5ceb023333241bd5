/** The project's directory, where Pulumi.yaml lies; the program's working directory is another one. */
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");
