/** The flags of a rehearsal, read and checked before anything begins. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { extname, resolve } from "node:path";
import { KEYS } from "../../infra/settings/keys.ts";
import { type LandbridgeError, messageOf, usageError } from "../../src/errors.ts";
import { parseConfig } from "../../src/plan/config.ts";
import { type OwnQuery, ownQueries, type Thresholds, thresholdsOf } from "../../src/rehearsal/config.ts";
import { parseSettings, type Settings } from "../../src/settings.ts";
import type { VerbRun } from "../cli/exit.ts";
import { newestBackup } from "./source.ts";

export interface RehearseOptions {
  readonly settings: Settings;
  /** As given, for the stack, which reads it itself. */
  readonly configFile: string | null;
  readonly kind: "embedded" | "docker";
  readonly thresholds: Thresholds;
  readonly queries: readonly OwnQuery[];
  readonly test: string | null;
  readonly probe: string | null;
  readonly seconds: number;
  readonly writers: number;
  readonly readers: number;
  /** From the source's size to production's. */
  readonly productionBytes: (sourceBytes: number) => number;
  /** Of the rehearsal's stack, beside what the rehearsal needs itself. */
  readonly stackConfig: Readonly<Record<string, string>>;
  readonly keep: boolean;
}

/** @throws LandbridgeError (exit 2), BACKUP_MISSING (exit 4) */
export const rehearseOptions = async ({ given, cwd, environment }: VerbRun): Promise<RehearseOptions> => {
  const named = given.text("source");
  if (named === undefined)
    throw usageError({
      code: "ARGUMENT_MISSING",
      message: "rehearse needs --source.",
      remedy: "npm run rehearse -- --source ./latest-backup.sqlite; see npm run rehearse -- --help",
    });
  const kind = given.text("target") ?? "docker";
  if (kind !== "docker" && kind !== "embedded")
    throw invalid("target", `"${kind}" is not allowed`, "Use docker or embedded.");
  const configFile = given.text("config");
  const settings = parseSettings({
    source: await newestBackup(named, cwd),
    config: configFile,
    schema: given.text("schema"),
    accept: given.list("accept")?.flatMap((codes) => codes.split(",")),
    reportDir: given.text("report-dir"),
    ...{ cwd, environment, cores: availableParallelism() },
  });
  const section = settings.config.rehearsal ?? {};
  const file = given.text("queries");
  return {
    settings,
    configFile: configFile === undefined ? null : resolve(cwd, configFile),
    kind,
    thresholds: thresholdsOf(section),
    queries: [...ownQueries(section), ...(file === undefined ? [] : readQueries(resolve(cwd, file), file))],
    test: given.text("test") ?? null,
    probe: probeUrl(given.text("probe")),
    seconds: positive("seconds", given.text("seconds"), section.seconds ?? 60, false),
    writers: positive("writers", given.text("writers"), section.writers ?? 25),
    readers: given.text("readers") === "0" ? 0 : positive("readers", given.text("readers"), section.readers ?? 25),
    productionBytes: productionBytes(given.text("production-bytes")),
    stackConfig: Object.fromEntries((given.list("set") ?? []).map(keyAndValue)),
    keep: given.flag("keep"),
  };
};

const invalid = (flag: string, why: string, remedy: string): LandbridgeError =>
  usageError({ code: "FLAG_INVALID", message: `--${flag}: ${why}.`, remedy });

const SECRET_KEYS = new Set(Object.entries(KEYS).flatMap(([name, { secret }]) => (secret ? [name] : [])));

const keyAndValue = (text: string): readonly [string, string] => {
  const [, key, value] = /^([A-Za-z]+)=(.+)$/s.exec(text) ?? [];
  // An argument is seen by everybody on this machine, and would be kept in plain text.
  if (key !== undefined && SECRET_KEYS.has(key))
    throw invalid(
      "set",
      `${key} is a secret, and an argument is none`,
      "Leave it out: a rehearsal's passwords are generated.",
    );
  if (key !== undefined && value !== undefined) return [key, value];
  throw invalid("set", `"${text}" is not KEY=VALUE`, "For example: --set image=postgres:17 --set memory=4GB");
};

const positive = (flag: string, text: string | undefined, fallback: number, whole = true): number => {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number) && number > 0 && (!whole || Number.isInteger(number)))
    return number;
  throw invalid(
    flag,
    `"${text}" is not a ${whole ? "whole " : ""}number above 0`,
    `For example: --${flag} ${fallback}`,
  );
};

const probeUrl = (text: string | undefined): string | null => {
  if (text === undefined) return null;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw invalid(
    "probe",
    "it is not an http:// or https:// address",
    "For example: --probe http://localhost:8000/health",
  );
};

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

const productionBytes = (text: string | undefined): RehearseOptions["productionBytes"] => {
  if (text === undefined) return (bytes) => bytes;
  const [, number = "", times, unit = ""] = /^(\d+(?:\.\d+)?)\s*(?:(x)|([kmgt]?)i?b?)$/i.exec(text.trim()) ?? [];
  const amount = Number(number);
  if (number === "" || amount <= 0)
    throw invalid("production-bytes", `"${text}" is not a size`, "For example: 80GB, 123456789, or 3x the source.");
  return times === undefined ? () => amount * UNITS[unit.toLowerCase()]! : (bytes) => bytes * amount;
};

/** YAML as in landbridge.yaml, or SQL: each statement ends with a semicolon at the end of a line, `-- name: …` before it names it. */
const readQueries = (path: string, file: string): readonly OwnQuery[] => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw invalid(
      "queries",
      `${file} cannot be read: ${messageOf(error)}`,
      "Name a YAML list of queries, or a .sql file.",
    );
  }
  if (extname(file) !== ".sql") {
    const indented = text.replace(/^/gm, "    ");
    const { rehearsal = {} } = parseConfig(`rehearsal:\n  queries:\n${indented}`, file);
    return ownQueries(rehearsal);
  }
  return sqlQueries(text);
};

export const sqlQueries = (text: string): readonly OwnQuery[] =>
  text
    .split(/;[ \t]*(?:\r?\n|$)/)
    .map((part) => ({
      sql: part.replace(/^\s*--.*$/gm, "").trim(),
      name: /^\s*--\s*name:\s*(.+?)\s*$/m.exec(part)?.[1],
    }))
    .filter(({ sql }) => sql !== "")
    .map(({ sql, name }, index) => ({ name: name ?? `query ${index + 1}`, sqlite: sql, postgres: sql }));
