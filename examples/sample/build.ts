/** Makes the sample database that `npm start` migrates: a bookshop of some 50,000 rows, the same file wherever it is made. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeFile } from "../support/file.ts";
import { seededRandom } from "../support/random.ts";
import { fill } from "./rows.ts";
import { SCHEMA } from "./schema.ts";

/** Returns the path of `sample.sqlite` in `directory`; builds it there if it is missing (a second or two). */
export const sampleDatabase = (directory: string): string => {
  const path = join(directory, "sample.sqlite");
  if (!existsSync(path)) makeFile(path, SCHEMA, (database) => fill(database, seededRandom(0x1a4d)));
  return path;
};
