/** Looks a password up in a PGPASSFILE by libpq's rules (https://www.postgresql.org/docs/current/libpq-pgpass.html). */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../errors.ts";

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * @param named a file that was named on purpose; without one, PGPASSFILE and then ~/.pgpass
 * @returns the password of the first line that fits, undefined where none does or no file is there
 * @throws LandbridgeError PASSFILE (usage): a named file is missing, or the file with the password is open to others
 */
export const passwordFromFile = (
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  login: Login,
): string | undefined => {
  const home = environment["HOME"];
  const file = named ?? environment["PGPASSFILE"] ?? (home === undefined ? undefined : join(home, ".pgpass"));
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    if (named === undefined) return undefined;
    throw usageError({
      code: "PASSFILE",
      message: `The password file ${file} cannot be read.`,
      remedy: "Name a file of lines host:port:database:user:password, readable by its owner only.",
      cause,
    });
  }
  const password = findPassword(text, login);
  if (password !== undefined && isOpenToOthers(file)) {
    throw usageError({
      code: "PASSFILE",
      message: `${file} holds the password but may be read by others, so it is not used (nor would libpq).`,
      remedy: `Run: chmod 600 ${file}`,
    });
  }
  return password;
};

/** The first line whose four fields fit; `*` fits everything, and a socket's directory goes by the name localhost too. */
export const findPassword = (text: string, { host, port, database, user }: Login): string | undefined => {
  const hosts = host.startsWith("/") ? [host, "localhost"] : [host];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const fields = splitFields(line);
    if (fields.length < 5) continue;
    const fits = [hosts, [String(port)], [database], [user]].every(
      (wanted, at) => fields[at]!.raw === "*" || wanted.includes(fields[at]!.value),
    );
    if (fits) return fields[4]!.value;
  }
  return undefined;
};

/** Fields end at a colon; a backslash takes the next character as it is. */
const splitFields = (line: string): { raw: string; value: string }[] =>
  line.split(/(?<=(?<!\\)(?:\\\\)*):/).map((raw) => ({ raw, value: raw.replace(/\\(.)/g, "$1") }));

const isOpenToOthers = (file: string): boolean => process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0;
