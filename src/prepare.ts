/** The step `prepare`: what stands in the target, who else is at work there, and the empty tables that the rows go into. */
import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import type { Client } from "pg";
import { refusal } from "./errors.ts";
import { makeWay } from "./existing/make-way.ts";
import { setAside } from "./existing/set-aside.ts";
import { stagedTables } from "./existing/stage.ts";
import type { Finding } from "./findings.ts";
import { hashPlan, serialisePlan } from "./plan/document.ts";
import type { Plan } from "./plan/model.ts";
import { cutToBytes, MAX_NAME_BYTES } from "./plan/names.ts";
import { SAMPLE_ID } from "./settings.ts";
import type { Snapshot } from "./source/model.ts";
import { stampOf } from "./stamp.ts";
import type { Context } from "./steps.ts";
import { checkTarget } from "./target/checks.ts";
import { createTables } from "./target/create.ts";
import { createExtensions } from "./target/extensions.ts";
import { ownInitFiles, runInitFiles } from "./target/init.ts";
import { installLedger } from "./target/ledger.ts";
import type { Target } from "./target/model.ts";
import { checkNeighbours } from "./target/neighbours.ts";
import { quoteIdentifier } from "./target/quote.ts";
import { type LedgerRun, openRun, resumeRun, setPhase } from "./target/runs.ts";
import { setSearchPath } from "./target/search-path.ts";
import { assess, clearStale } from "./target/standing.ts";
import { createSearchTriggers, createTextSearch } from "./target/text-search.ts";
import { VERSION } from "./version.ts";

export interface Prepared {
  readonly run: LedgerRun;
  /** An older load of ours that this one is to replace once it is proven. */
  readonly replaces: LedgerRun | null;
  readonly findings: readonly Finding[];
  /** Names of checks and defaults that PostgreSQL did not take. */
  readonly leftOut: readonly string[];
  /** Where rows go that do not go straight into their table: SQL names by target name. */
  readonly into: ReadonlyMap<string, string>;
}

export interface PrepareOptions {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly target: Target;
  readonly context: Context;
  /** "sample" for the sample, which any source may replace. */
  readonly sourceId: string;
  /** Names of the files whose loads may stand in the same schema. */
  readonly beside: readonly string[];
  /** The user's word that another source's load may be replaced. */
  readonly replace: boolean;
}

/** `20261121_045207_1f3c`: sorts by time, unique enough for one database. */
const newRunId = (at: Date): string => `${stampOf(at)}_${randomBytes(2).toString("hex")}`;

/**
 * Makes the target ready for rows, or finds that this very load is finished there.
 * @param client holds the target's lock for this schema
 * @throws LandbridgeError TARGET_… where the target must not be touched
 */
export const prepareTarget = async (
  client: Client,
  options: PrepareOptions,
): Promise<Prepared | { readonly finished: LedgerRun }> => {
  const { plan, snapshot, target, context, sourceId } = options;
  const planHash = hashPlan(plan);
  const findings = await checkTarget(client, plan, target, snapshot.sourcePath);
  await installLedger(client);
  const claimant = { sourceName: basename(snapshot.sourcePath), beside: options.beside };
  const standing = await assess(client, plan, planHash, claimant);
  if (standing.kind === "finished") return { finished: standing.run };
  await checkNeighbours(client, plan, planHash, claimant);
  const { existing } = plan;
  if (existing !== undefined) await makeWay(client, standing, existing, options.replace);
  const replaces =
    existing !== undefined
      ? null
      : standing.kind === "replace"
        ? standing.run
        : standing.kind === "unfinished"
          ? (standing.replaces ?? null)
          : null;
  if (replaces !== null && !options.replace) refuseAnotherSource(replaces, claimant.sourceName);
  if (replaces !== null) await refuseWithoutCreate(client);
  await runInitFiles(client, await ownInitFiles(), context);
  await clearStale(client, standing);
  const run =
    standing.kind === "unfinished"
      ? await resumeRun(client, standing.run.id, context.signal)
      : await openRun(client, newRun(plan, planHash, snapshot, { sourceId, beside: replaces !== null }));
  if (existing !== undefined) {
    // From finish on everything has been set aside, and some of it may be back already.
    if (run.phase === "prepare" || run.phase === "copy") await setAside(client, { plan, existing, run, staging: true });
    const into = await stagedTables(client, plan.schema);
    await setPhase(client, run.id, "copy");
    return { run, replaces, findings, leftOut: [], into };
  }
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(run.loadSchema)}`).catch(async (error: unknown) => {
    // IF NOT EXISTS asks for CREATE on the database even where the schema is there.
    const { rowCount } = await client.query("SELECT FROM pg_namespace WHERE nspname = $1", [run.loadSchema]);
    if (rowCount !== 1) throw error;
  });
  await createExtensions(client, plan.extensions);
  await createTextSearch(client, plan);
  await setSearchPath(client, run.loadSchema, plan.extensions, plan.schema);
  const created = await createTables(client, plan, run.loadSchema);
  await createSearchTriggers(client, plan, run.loadSchema);
  await setPhase(client, run.id, "copy");
  return { run, replaces, findings: [...findings, ...created.findings], leftOut: created.leftOut, into: new Map() };
};

/** The load of another file is somebody's data: it is never replaced without being asked for, except the sample's. */
const refuseAnotherSource = (old: LedgerRun, sourceName: string): void => {
  if (old.sourceId === SAMPLE_ID || old.sourceName === sourceName) return;
  throw refusal({
    code: "TARGET_HOLDS_ANOTHER_SOURCE",
    message: `Schema "${old.schema}" holds the load of ${old.sourceName} (run ${old.id}), not of ${sourceName}.`,
    remedy: `Load into a schema of its own with --schema NAME; or have both in this one, named under \`sources\` in landbridge.yaml; or say --replace if the load of ${old.sourceName} is to go.`,
  });
};

/** A new load beside an older one needs a schema of its own, for which rights in the old one's schema are not enough. */
const refuseWithoutCreate = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ may: boolean; user: string; database: string }>(
    `SELECT has_database_privilege(current_database(), 'CREATE') AS may, current_user AS user, current_database() AS database`,
  );
  const { may, user, database } = rows[0]!;
  if (may) return;
  throw refusal({
    code: "TARGET_PRIVILEGES",
    message: `A load that takes an older one's place is made beside it, and role "${user}" may not create a schema in database "${database}".`,
    remedy: `Let an administrator run: GRANT CREATE ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(user)}`,
  });
};

const newRun = (
  plan: Plan,
  planHash: string,
  snapshot: Snapshot,
  { sourceId, beside }: { readonly sourceId: string; readonly beside: boolean },
) => {
  const id = newRunId(new Date());
  return {
    id,
    sourceId,
    planHash,
    sourceSha256: snapshot.sha256,
    sourceName: basename(snapshot.sourcePath),
    snapshotFile: basename(snapshot.path),
    schema: plan.schema,
    loadSchema: beside ? `${cutToBytes(plan.schema, MAX_NAME_BYTES - id.length - 1)}_${id}` : plan.schema,
    plan: serialisePlan(plan),
    landbridge: VERSION,
  };
};
