/** What `init` is asked to do: by flags for a person, by the environment for the stack. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { messageOf, usageError } from "../../src/errors.ts";
import type { InitRequest } from "../../src/init.ts";
import { checkedSchema } from "../../src/settings.ts";
import type { InitFile } from "../../src/target/init.ts";
import { ROLE_PARTS, type RoleNames, type RolePasswords, rolesOf } from "../../src/target/roles.ts";
import { parseTarget } from "../../src/target/url.ts";
import type { Arguments } from "../cli/arguments.ts";
import { type Environment, given, needed, withRootCertificate } from "../job/environment.ts";
import { passwordVariable } from "./passwords.ts";

const name = z.string().min(1);
const rolesSchema = z.strictObject({ owner: name, application: name, analyst: name, monitor: name });
const filesSchema = z.array(z.strictObject({ name, sql: z.string() }));

/** @throws LandbridgeError (exit 2) */
export const initOrder = async (
  flags: Arguments,
  { cwd, environment }: { readonly cwd: string; readonly environment: Environment },
  work: string,
): Promise<InitRequest> => {
  const user = flags.text("user");
  const names = user === undefined ? fromJson(environment, "LANDBRIDGE_ROLES", rolesSchema) : rolesOf(user);
  const target =
    flags.text("target") ??
    needed(environment, "LANDBRIDGE_TARGET", "the database to prepare, postgresql://administrator@host/database");
  return {
    target: parseTarget(target, { environment: await withRootCertificate(environment, work) }),
    roles: names === undefined ? null : { names: keepable(names), passwords: passwordsOf(environment) },
    schema: checkedSchema(flags.text("schema") ?? given(environment, "LANDBRIDGE_SCHEMA") ?? "public"),
    files: [
      ...(fromJson(environment, "LANDBRIDGE_INIT_SQL", filesSchema) ?? []),
      ...(await readFiles(flags.list("init-sql") ?? [], cwd)),
    ],
  };
};

const passwordsOf = (environment: Environment): RolePasswords => {
  const all = ROLE_PARTS.map((part) => [part, given(environment, passwordVariable(part))] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
};

const fromJson = <T>(environment: Environment, variable: string, schema: z.ZodType<T>): T | undefined => {
  const text = given(environment, variable);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw usageError({
      code: "FLAG_INVALID",
      message: `The environment variable ${variable} is not the JSON that it has to be: ${why}`,
      remedy: "The stack sets it; npm run init -- --help says what it holds, and has flags for people.",
      cause,
    });
  }
};

/** PostgreSQL keeps 63 bytes of a name: two longer ones may be the same role. */
const keepable = (names: RoleNames): RoleNames => {
  const long = Object.values(names).find((role) => Buffer.byteLength(role) > 63);
  if (long === undefined) return names;
  throw usageError({
    code: "FLAG_INVALID",
    message: `"${long}" is longer than the 63 bytes that PostgreSQL keeps of a role's name.`,
    remedy: "Name a shorter user: the others are called <user>_owner, <user>_analyst and <user>_monitor.",
  });
};

/** Files as they are named; of a directory those that end in .sql, in the order of their names. */
const readFiles = async (paths: readonly string[], cwd: string): Promise<InitFile[]> => {
  const files: InitFile[] = [];
  for (const path of paths) {
    try {
      const all = (await stat(resolve(cwd, path))).isDirectory()
        ? (await readdir(resolve(cwd, path)))
            .filter((entry) => entry.endsWith(".sql"))
            .sort()
            .map((entry) => join(path, entry))
        : [path];
      for (const file of all) files.push({ name: file, sql: await readFile(resolve(cwd, file), "utf8") });
    } catch (cause) {
      throw usageError({
        code: "FLAG_INVALID",
        message: `--init-sql: ${path} cannot be read: ${messageOf(cause)}`,
        remedy: "Name a file of SQL, or a directory of such files.",
        cause,
      });
    }
  }
  return files;
};
