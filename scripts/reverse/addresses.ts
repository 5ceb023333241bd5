/** Which PostgreSQL is read and which file is made: by --target and -o, or by --source and --target with URLs of both kinds. */
import { usageError } from "../../src/errors.ts";
import type { Arguments } from "../cli/arguments.ts";

export interface Addresses {
  /** undefined: LANDBRIDGE_TARGET, else the embedded server. */
  readonly server: string | undefined;
  /** A path or a sqlite:// URL. */
  readonly file: string;
}

const SQLITE = /^(?:sqlite3?(?:\+\w+)?:|file:)/i;
const POSTGRES = /^postgres/i;

/** @throws LandbridgeError (usage) ARGUMENT_MISSING, ARGUMENTS_UNEXPECTED */
export const addressesOf = (given: Arguments, environment: Readonly<Record<string, string | undefined>>): Addresses => {
  const target = given.text("target");
  const isFile = target !== undefined && SQLITE.test(target);
  const servers = [given.text("source"), isFile ? undefined : target].filter((url) => url !== undefined);
  const files = [given.text("output"), isFile ? target : undefined].filter((path) => path !== undefined);
  if (servers.length > 1) throw twice("the PostgreSQL to read", "--source and --target");
  if (files.length > 1) throw twice("the file to make", "-o and --target");
  const [server] = servers;
  if (server !== undefined && SQLITE.test(server)) throw wrongWay();
  const [file] = files;
  if (file === undefined || POSTGRES.test(file))
    throw usageError({
      code: "ARGUMENT_MISSING",
      message: "reverse needs the SQLite file that it is to make.",
      remedy: "npm run reverse -- --target postgresql://app@db.example.org/app -o app.sqlite",
    });
  return { server: server ?? fromEnvironment(environment), file };
};

const fromEnvironment = (environment: Readonly<Record<string, string | undefined>>): string | undefined =>
  environment["LANDBRIDGE_TARGET"] === "" ? undefined : environment["LANDBRIDGE_TARGET"];

const twice = (what: string, where: string) =>
  usageError({
    code: "ARGUMENTS_UNEXPECTED",
    message: `${what} is named twice, by ${where}.`,
    remedy: "Name each once: --source postgresql://… --target sqlite:///…, or --target postgresql://… -o FILE.",
  });

const wrongWay = () =>
  usageError({
    code: "ARGUMENTS_UNEXPECTED",
    message: "reverse reads a PostgreSQL and makes a SQLite file; the source is a SQLite file.",
    remedy: "For the way there: npm run migrate -- app.sqlite --target postgresql://…",
  });
