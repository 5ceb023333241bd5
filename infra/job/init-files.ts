/** SQL that prepares a database: Landbridge's own, which every job has with it, and the user's, which travels to the job. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { messageOf } from "../../src/errors.ts";
import { configError } from "../settings/mistake.ts";

export interface InitFile {
  readonly name: string;
  readonly sql: string;
}

/**
 * The files of `initSql`, in the order of the setting, a folder's by name.
 * @throws LandbridgeError STACK_CONFIG (usage)
 */
export const initFiles = (root: string, named: readonly string[]): readonly InitFile[] =>
  named.flatMap((path) => {
    try {
      return sqlPaths(resolve(root, path)).map(read);
    } catch (error) {
      throw configError("initSql", `${path} cannot be read: ${messageOf(error)}.`);
    }
  });

/** Of Landbridge's own: a new version of it prepares the database again. */
export const ownSqlHash = (root: string): string =>
  createHash("sha256")
    .update(JSON.stringify(sqlPaths(join(root, "init-sql")).map(read)))
    .digest("hex");

const sqlPaths = (path: string): readonly string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith(".sql"))
        .sort()
        .map((name) => join(path, name))
    : [path];

const read = (path: string): InitFile => ({ name: basename(path), sql: readFileSync(path, "utf8") });
