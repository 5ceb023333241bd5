/**
 * Settings are parsed once, from flags, the environment and landbridge.yaml, into one frozen object; nothing below reads any
 * of those again.
 */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { LandbridgeError, messageOf, usageError } from "./errors.ts";
import type { ConflictPolicy } from "./existing/model.ts";
import { type Config, parseConfig } from "./plan/config.ts";
import { isTargetSchema } from "./plan/names.ts";
import { sourcePath } from "./source/location.ts";
import { configOf, namesBeside } from "./sources/config.ts";
import type { Target } from "./target/model.ts";
import { parseTarget } from "./target/url.ts";
import type { VerifyMode } from "./verify/model.ts";

/** What the verbs hand over: flags as people gave them, nothing interpreted yet. */
export interface SettingsInput {
  readonly source: string;
  /** Default: "main". */
  readonly sourceId?: string | undefined;
  /** What landbridge.yaml and the ledger call the source. Default: its file name. */
  readonly sourceName?: string | undefined;
  /** Names of the other files that go into the same schema with it. */
  readonly together?: readonly string[] | undefined;
  /** A PostgreSQL URL; absent: the embedded server. */
  readonly target?: string | undefined;
  readonly config?: string | undefined;
  readonly plan?: string | undefined;
  readonly schema?: string | undefined;
  readonly names?: string | undefined;
  /** "suggestions" or codes. */
  readonly accept?: readonly string[] | undefined;
  readonly verify?: string | undefined;
  readonly jobs?: string | undefined;
  readonly batchSize?: string | undefined;
  /** Only these tables, by source name. */
  readonly tables?: readonly string[] | undefined;
  readonly resume?: boolean | undefined;
  readonly intoExisting?: boolean | undefined;
  readonly onConflict?: string | undefined;
  readonly replace?: boolean | undefined;
  readonly noBackup?: boolean | undefined;
  readonly snapshotTimeout?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly reportDir?: string | undefined;
  /** Directory that relative paths and `.landbridge/` belong to. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Cores of this machine. */
  readonly cores: number;
}

/** The ledger's source id of the sample database. */
export const SAMPLE_ID = "sample";

export interface Settings {
  readonly source: string;
  /** Names the source in the ledger. */
  readonly sourceId: string;
  /** Names of the files whose loads may stand in the same schema. */
  readonly beside: readonly string[];
  /** null: the embedded server, started when it is needed. */
  readonly target: Target | null;
  readonly config: Config;
  /** A stored plan to execute instead of making one. */
  readonly planFile: string | null;
  readonly verify: VerifyMode;
  readonly jobs: number;
  /** Rows a block at most; null: by the size of the rows. */
  readonly batchSize: number | null;
  readonly tables: readonly string[];
  readonly resume: boolean;
  /** Into tables that an application has made. */
  readonly intoExisting: boolean;
  /** What happens where such a table has rows already. */
  readonly onConflict: ConflictPolicy;
  /** Another source's load may be replaced. */
  readonly replace: boolean;
  readonly backup: boolean;
  /** Seconds that a writer of a rollback-journal file may be kept waiting for the snapshot. */
  readonly snapshotTimeout: number;
  readonly dryRun: boolean;
  readonly reportDir: string;
  /** `.landbridge`: snapshots, the embedded server, logs. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const MODES = ["full", "counts", "sample"] as const;
const NAMES = ["preserve", "lower", "snake"] as const;
const CONFLICTS = ["fail", "skip", "update"] as const;

const oneOf = <T extends string>(flag: string, value: string | undefined, allowed: readonly T[], fallback: T): T => {
  const found = allowed.find((candidate) => candidate === (value ?? fallback));
  if (found) return found;
  throw usageError({
    code: "FLAG_INVALID",
    message: `${flag}: "${value}" is not allowed.`,
    remedy: `Use one of: ${allowed.join(", ")}.`,
  });
};

const positive = (flag: string, value: string | undefined, fallback: number): number => {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw usageError({
    code: "FLAG_INVALID",
    message: `${flag}: "${value}" is not a whole number above 0.`,
    remedy: `For example: ${flag} ${fallback}`,
  });
};

const readConfig = (file: string | undefined, cwd: string): Config => {
  if (file === undefined) return {};
  try {
    return parseConfig(readFileSync(resolve(cwd, file), "utf8"), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw usageError({
        code: "CONFIG_MISSING",
        message: `${file} does not exist.`,
        remedy: "Make one with `npm run plan -- SOURCE --write-config landbridge.yaml`.",
      });
    if (error instanceof LandbridgeError) throw error;
    throw usageError({
      code: "CONFIG_MISSING",
      message: `${file} cannot be read: ${messageOf(error)}.`,
      remedy: "Name a landbridge.yaml that this user may read.",
      cause: error,
    });
  }
};

/**
 * A second worker pays where there is a core for it beside PostgreSQL's backends: measured on 2 cores, two workers did not
 * beat one (docs/decisions/0003-binary-copy.md).
 */
const defaultJobs = (cores: number): number => Math.max(1, Math.min(8, Math.floor(cores / 2)));

/**
 * @throws LandbridgeError (exit 2) for a flag, URL or configuration that is not understood
 */
export const parseSettings = (input: SettingsInput): Settings => {
  const whole = readConfig(input.config, input.cwd);
  const source = resolve(input.cwd, sourcePath(input.source));
  const sourceName = input.sourceName ?? basename(source);
  const file = configOf(whole, sourceName);
  const accept =
    input.accept && input.accept.length > 0
      ? input.accept.includes("suggestions")
        ? ("suggestions" as const)
        : [...input.accept]
      : file.accept;
  const config: Config = {
    ...file,
    ...(input.schema === undefined ? {} : { schema: checkedSchema(input.schema) }),
    ...(input.names === undefined ? {} : { names: oneOf("--names", input.names, NAMES, "preserve") }),
    ...(accept === undefined ? {} : { accept }),
  };
  refuseLoneConflict(input);
  return Object.freeze({
    source,
    sourceId: input.sourceId ?? "main",
    beside: namesBeside(whole, sourceName, input.together),
    target: input.target === undefined ? null : parseTarget(input.target, { environment: input.environment }),
    config,
    planFile: input.plan === undefined ? null : resolve(input.cwd, input.plan),
    verify: oneOf("--verify", input.verify, MODES, "full"),
    jobs: positive("--jobs", input.jobs, defaultJobs(input.cores)),
    batchSize: input.batchSize === undefined ? null : positive("--batch-size", input.batchSize, 1000),
    tables: input.tables ?? [],
    resume: input.resume ?? false,
    intoExisting: input.intoExisting ?? false,
    onConflict: oneOf("--on-conflict", input.onConflict, CONFLICTS, "fail"),
    replace: input.replace ?? false,
    backup: !(input.noBackup ?? false),
    snapshotTimeout: positive("--snapshot-timeout", input.snapshotTimeout, 300),
    dryRun: input.dryRun ?? false,
    reportDir: resolve(input.cwd, input.reportDir ?? "reports"),
    home: resolve(input.cwd, ".landbridge"),
    environment: input.environment,
  });
};

/** Tables of Landbridge's own have no rows that others have put there. */
const refuseLoneConflict = ({ onConflict, intoExisting, resume }: SettingsInput): void => {
  if (onConflict === undefined || intoExisting || resume) return;
  throw usageError({
    code: "FLAG_INVALID",
    message: "--on-conflict is about an application's own tables.",
    remedy: "Say --into-existing as well, or leave --on-conflict out.",
  });
};

/** @throws LandbridgeError FLAG_INVALID (usage) for a name that is PostgreSQL's or Landbridge's own */
export const checkedSchema = (schema: string): string => {
  if (isTargetSchema(schema)) return schema;
  throw usageError({
    code: "FLAG_INVALID",
    message: `--schema: "${schema}" cannot be a target schema.`,
    remedy: "Use a name of at most 63 bytes other than landbridge, pg_… and information_schema.",
  });
};
