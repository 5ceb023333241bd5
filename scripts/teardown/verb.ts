/** The arguments and flags of `npm run teardown`. */
import type { Verb } from "../cli/arguments.ts";

export const TEARDOWN: Verb = {
  name: "teardown",
  summary:
    "The way back: says what came into PostgreSQL after the copy, asks for the database's name, dumps it, lifts the protection and destroys the stack. The SQLite file stays as it is. May be interrupted and given again at any point; of a stack that is gone already it says so.",
  positionals: [],
  options: [
    { name: "stack", value: "NAME", default: "the selected stack, else dev", description: "Which stack." },
    { name: "no-dump", description: "Keep nothing of what is in PostgreSQL." },
    { name: "yes", description: "Do not ask for the database's name; for scripts." },
    { name: "remove", description: "Remove the stack itself as well: its history and configuration." },
    {
      name: "target",
      value: "URL",
      default: "the stack's own address",
      description:
        "Where the database is reached from here, as its owner: through npm run tunnel, for one. The password comes from PGPASSWORD.",
    },
    { name: "dump-dir", value: "DIR", default: "dumps", description: "Where the dump goes." },
  ],
  examples: [
    { command: "npm run teardown", does: "Say, ask, dump, destroy." },
    { command: "npm run teardown -- --stack prod --no-dump", does: "Without a dump; Amazon's final snapshot stays." },
    {
      command: "npm run teardown -- --stack dev --yes --remove",
      does: "From a script, with nothing of the stack left.",
    },
  ],
};
