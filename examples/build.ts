/** `npm run example -- NAME FILE`: writes an example's SQLite file, to try its landbridge.yaml on. */
import { dryad, dryadMemory } from "./dryad/source.ts";
import { ideaPlanner } from "./idea-planner/source.ts";
import { mcps } from "./mcps/source.ts";
import { neoAlexandria } from "./neo-alexandria/source.ts";
import { semantik } from "./semantik/source.ts";

/** Makes the file at the path. */
export type ExampleSource = (path: string) => void;

/** The SQLite files that examples begin with; a system of several files has several. */
export const EXAMPLES: Readonly<Record<string, ExampleSource>> = {
  dryad,
  "dryad-memory": dryadMemory,
  "idea-planner": ideaPlanner,
  mcps,
  "neo-alexandria": neoAlexandria,
  semantik,
};

if (import.meta.main) {
  const [name = "", path] = process.argv.slice(2);
  const make = Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : undefined;
  if (make === undefined || path === undefined) {
    console.error(`usage: npm run example -- NAME FILE\nNAME is one of ${Object.keys(EXAMPLES).join(", ")}.`);
    process.exitCode = 2;
  } else {
    make(path);
    console.log(path);
  }
}
