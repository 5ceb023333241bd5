/** The arguments and flags of `npm run pg`. */
import type { Verb } from "../cli/arguments.ts";

export const PG: Verb = {
  name: "pg",
  summary:
    "The embedded PostgreSQL that Landbridge loads into when no other target is named. start makes it on the first call; stop keeps its data; status says whether it runs; psql opens psql or runs one statement, also where psql is not installed; url prints its connection string with the password; logs prints the end of its log; reset deletes it with everything in it.",
  positionals: [
    { name: "COMMAND", description: "start, stop, status, psql, url, logs or reset." },
    { name: "SQL", optional: true, description: "A statement for psql, as one word." },
  ],
  options: [
    { name: "directory", value: "DIR", default: ".landbridge", description: "Where the server is kept." },
    { name: "command", short: "c", value: "SQL", description: "The same as SQL." },
    { name: "follow", short: "f", description: "For logs: go on printing what is added." },
    { name: "yes", description: "For reset: do not ask." },
  ],
  examples: [
    { command: "npm run pg -- psql", does: "Look at what has been loaded." },
    { command: 'npm run pg -- psql "select count(*) from users"', does: "One statement." },
    { command: "npm run pg -- reset --yes", does: "Begin with an empty server." },
  ],
};
