/**
 * The stack's settings: the only reader of Pulumi's configuration. Everything is parsed once into one frozen object; a mistake
 * names the key, what is allowed, and an example to type.
 */
import { getProject, getStack, type Output, runtime, secret } from "@pulumi/pulumi";
import { type LandbridgeError, usageError } from "../src/errors.ts";
import { nearest } from "../src/plan/nearest.ts";
import type { PoolPreset } from "./pool/presets.ts";
import { KEYS, type KeyName, OWN_KEYS, type Values } from "./settings/keys.ts";
import { configError } from "./settings/mistake.ts";
import { type AwsSettings, type DockerSettings, type ExistingSettings, targetSettings } from "./settings/targets.ts";

export type Environment = "dev" | "staging" | "prod";

export interface CommonSettings {
  readonly stack: string;
  readonly environment: Environment;
  readonly phase: "load" | "serve";
  readonly source: SourceSettings;
  /** landbridge.yaml, as given. */
  readonly sourceConfig: string | null;
  readonly schema: SchemaSettings;
  readonly accept: readonly string[];
  readonly verify: "full" | "counts" | "sample";
  readonly strict: boolean;
  /** null: by cores. */
  readonly jobs: number | null;
  readonly jobTimeoutMinutes: number;
  /** null: built here. */
  readonly jobImage: string | null;
  readonly initSql: readonly string[];
  readonly database: string;
  /** The application's role; the others are named after it. */
  readonly user: string;
  /** null: generated. */
  readonly password: Output<string> | null;
  readonly rotation: number;
  readonly protect: boolean;
  readonly instances: number;
  readonly pool: PoolPreset | null;
  readonly maxConnections: number;
}

export type SourceSettings =
  | { readonly kind: "none" }
  | { readonly kind: "sample" }
  | { readonly kind: "file"; readonly path: string };

export type SchemaSettings = { readonly name: string } & (
  | { readonly by: "landbridge" }
  | { readonly by: "existing"; readonly onConflict: "fail" | "skip" | "update" }
  | {
      readonly by: "command";
      readonly onConflict: "fail" | "skip" | "update";
      readonly image: string;
      readonly command: readonly string[];
    }
);

export type Settings = CommonSettings & (DockerSettings | AwsSettings | ExistingSettings);

/** AWS and PostgreSQL would take less; a password that is given by hand is guessed by hand. */
const LEAST_PASSWORD = 16;

/** Reads the stack's configuration. @throws LandbridgeError STACK_CONFIG (usage) */
export const readSettings = (): Settings => {
  const prefix = `${getProject()}:`;
  const raw = Object.fromEntries(
    Object.entries(runtime.allConfig())
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
  return parseSettings(raw, getStack());
};

/**
 * @param raw the stack's configuration without the project's name before each key
 * @throws LandbridgeError STACK_CONFIG (usage)
 */
export const parseSettings = (raw: Readonly<Record<string, string>>, stack: string): Settings => {
  const values = parseValues(raw);
  const target = values.target ?? "docker";
  refuseForeignKeys(Object.keys(raw), target);
  const environment = values.environment ?? environmentOf(stack, target);
  const database = values.database ?? "app";
  return Object.freeze({
    stack,
    environment,
    phase: values.phase ?? "serve",
    source: sourceOf(values.source, environment),
    sourceConfig: values.sourceConfig ?? null,
    schema: schemaOf(values),
    accept: values.accept ?? [],
    verify: values.verify ?? "full",
    strict: values.strict ?? false,
    jobs: values.jobs ?? null,
    jobTimeoutMinutes: values.jobTimeoutMinutes ?? 360,
    jobImage: values.jobImage ?? null,
    initSql: values.initSql ?? [],
    database,
    user: values.user ?? database,
    password: passwordOf(values.password),
    rotation: values.rotation ?? 0,
    protect: values.protect ?? true,
    instances: values.instances ?? 1,
    pool: values.pool ?? null,
    maxConnections: values.maxConnections ?? 100,
    ...targetSettings(target, values, stack),
  });
};

const parseValues = (raw: Readonly<Record<string, string>>): Values =>
  Object.fromEntries(
    Object.entries(raw).map(([name, text]) => {
      if (!isKey(name)) throw unknownKey(name);
      const result = KEYS[name].type.safeParse(text);
      if (result.success) return [name, result.data];
      const shown = KEYS[name].secret ? "" : `"${text}" is not valid: `;
      throw configError(name, `${shown}${result.error.issues[0]?.message ?? "not valid"}`);
    }),
  );

const isKey = (name: string): name is KeyName => Object.hasOwn(KEYS, name);

const unknownKey = (name: string): LandbridgeError => {
  const guess = nearest(name, Object.keys(KEYS));
  return usageError({
    code: "STACK_CONFIG",
    message: `The stack's configuration has a key that does not exist: "${name}".`,
    remedy: `${guess === null ? `Keys: ${Object.keys(KEYS).join(", ")}.` : `Did you mean "${guess}"?`} Take it out with: pulumi config rm ${name}`,
  });
};

/** A key of another target would be read by nobody. */
const refuseForeignKeys = (given: readonly string[], target: keyof typeof OWN_KEYS): void => {
  for (const name of given) {
    const owners = Object.entries(OWN_KEYS).flatMap(([owner, keys]) => (keys.includes(name) ? [owner] : []));
    if (owners.length === 0 || owners.includes(target)) continue;
    throw usageError({
      code: "STACK_CONFIG",
      message: `The stack's configuration, ${name}: it belongs to target ${owners.join(" and ")}, and this stack's target is ${target}.`,
      remedy: `Take it out with: pulumi config rm ${name}`,
    });
  }
};

const environmentOf = (stack: string, target: string): Environment => {
  if (/prod/i.test(stack)) return "prod";
  if (/stag/i.test(stack)) return "staging";
  return target === "docker" ? "dev" : "prod";
};

/** The sample is for trying things out: anywhere else a forgotten source must not fill a database with it. */
const sourceOf = (source: string | undefined, environment: Environment): SourceSettings => {
  if (source === undefined && environment !== "dev")
    throw configError("source", `it is not set, and a ${environment} stack needs one.`);
  if (source === undefined || source === "sample") return { kind: "sample" };
  return source === "none" ? { kind: "none" } : { kind: "file", path: source };
};

const schemaOf = (values: Values): SchemaSettings => {
  const name = values.schemaName ?? "public";
  const by = values.schema ?? "landbridge";
  const { migrationImage: image, migrationCommand: command, onConflict = "fail" } = values;
  if (by !== "command") {
    if (image !== undefined || command !== undefined)
      throw configError("schema", `it is ${by}, but a migrationImage or migrationCommand is set.`);
    return by === "landbridge" ? { name, by } : { name, by, onConflict };
  }
  if (image === undefined) throw configError("migrationImage", "schema: command needs it.");
  if (command === undefined) throw configError("migrationCommand", "schema: command needs it.");
  return { name, by, onConflict, image, command };
};

const passwordOf = (given: string | undefined): Output<string> | null => {
  if (given === undefined) return null;
  if ([...given].length >= LEAST_PASSWORD) return secret(given);
  throw configError("password", `it has fewer than ${LEAST_PASSWORD} characters.`);
};
