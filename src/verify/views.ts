/**
 * Views, compared: each is run on the snapshot and on the target, and their rows have to be the same, in whatever order. What cannot
 * be compared is named with its reason; what differs is a difference like any other.
 */
import type { Client } from "pg";
import { messageOf } from "../errors.ts";
import type { Plan, PlanView } from "../plan/model.ts";
import { fold } from "../source/fold.ts";
import { connect } from "../target/connect.ts";
import type { Target } from "../target/model.ts";
import { isRefusal } from "../target/sqlstate.ts";
import type { TableProof } from "./model.ts";
import { viewMismatch } from "./target-catalogue.ts";
import { ViewComparison } from "./views/compare.ts";
import { MOST_ROWS_OF_A_VIEW, MOST_ROWS_OF_ALL, MOST_ROWS_UNDER_A_VIEW, type ViewProof } from "./views/model.ts";
import { readSourceView, readTargetView } from "./views/rows.ts";
import { SourceConnections } from "./views/source.ts";

export interface ViewsInput {
  readonly plan: Plan;
  readonly readPath: string;
  readonly target: Target;
  /** Where the views are. */
  readonly schema: string;
  /** Views that finish left out, or that are missing: by their target names. */
  readonly absent: ReadonlySet<string>;
  readonly tables: readonly TableProof[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * One proof for each view of the plan, in its order.
 * @throws what the connection throws; the signal's reason when it is aborted
 */
export const verifyViews = async (input: ViewsInput): Promise<ViewProof[]> => {
  const { plan, target, signal } = input;
  if (plan.views.length === 0) return [];
  const db = new SourceConnections(input.readPath);
  const session: Session = { ...input, db, client: await connect(target, "verify") };
  const proofs: ViewProof[] = [];
  let rows = 0;
  try {
    for (const view of plan.views) {
      signal?.throwIfAborted();
      const obstacle = obstacleTo(session, view, rows);
      const proof = obstacle === null ? await verifyView(session, view) : notCompared(view, obstacle);
      rows += proof.rows ?? 0;
      proofs.push(proof);
    }
    return proofs;
  } finally {
    db.close();
    await session.client.end();
  }
};

interface Session extends ViewsInput {
  readonly db: SourceConnections;
  /** A session whose COPY has failed is not used again. */
  client: Client;
}

const notCompared = (view: PlanView, reason: string): ViewProof => ({
  source: view.source,
  target: view.target,
  state: "not compared",
  rows: null,
  reason,
  differing: 0,
  differences: [],
});

/** Why a view is not to be run at all; null where it is. */
const obstacleTo = ({ absent, plan }: Session, view: PlanView, rows: number): string | null => {
  if (absent.has(view.target)) return "it is not in PostgreSQL";
  if (view.volatile.length > 0) return `its rows depend on ${view.volatile.join(", ")}`;
  const names = tablesUnder(plan, view);
  const under = plan.tables.reduce((sum, table) => sum + (names.has(fold(table.source)) ? table.rows : 0), 0);
  if (under > MOST_ROWS_UNDER_A_VIEW)
    return `the tables under it have ${under} rows, more than the ${MOST_ROWS_UNDER_A_VIEW} up to which a view is run`;
  return rows > MOST_ROWS_OF_ALL
    ? `the views before it had ${rows} rows, which is all that is compared in one run`
    : null;
};

const verifyView = async (session: Session, view: PlanView): Promise<ViewProof> => {
  const mismatch = await viewMismatch(session.client, session.schema, view);
  if (mismatch !== null) return notCompared(view, mismatch);
  const comparison = new ViewComparison(view);
  const read = await readSource(session, view, comparison.count("SQLite"));
  if (typeof read === "string") return notCompared(view, `SQLite cannot run it here: ${read}`);
  const found = await readFound(session, view, comparison.count("PostgreSQL"));
  if (typeof found === "string")
    return {
      ...notCompared(view, `PostgreSQL cannot run it: ${found}`),
      state: "different",
      rows: read,
      differing: read,
    };
  const proof = { ...notCompared(view, ""), rows: read };
  if (read > MOST_ROWS_OF_A_VIEW || found > MOST_ROWS_OF_A_VIEW)
    return { ...proof, reason: `it has more than ${MOST_ROWS_OF_A_VIEW} rows` };
  if (comparison.isEqual) return { ...proof, state: "equal", reason: null };
  await readSource(session, view, comparison.hold("SQLite"));
  await readFound(session, view, comparison.hold("PostgreSQL"));
  const { differing, list } = comparison.differences();
  if (differing === 0) return { ...proof, state: "equal", reason: null };
  const excuse = excuseFor(session, view);
  return excuse === null
    ? { ...proof, state: "different", reason: null, differing, differences: list }
    : { ...proof, reason: excuse, differing, differences: list };
};

/** The number of rows, or why SQLite has none. */
const readSource = async (
  { db, plan, signal }: Session,
  view: PlanView,
  take: Parameters<typeof readSourceView>[2],
): Promise<number | string> => {
  try {
    return await readSourceView(db, { plan, view }, take, signal);
  } catch (error) {
    signal?.throwIfAborted();
    return messageOf(error);
  }
};

/** The number of rows, or the server's reason. The connection's own trouble is thrown. */
const readFound = async (
  session: Session,
  view: PlanView,
  take: Parameters<typeof readTargetView>[2],
): Promise<number | string> => {
  try {
    return await readTargetView(session.client, { view, schema: session.schema }, take, session.signal);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await session.client.end();
    session.client = await connect(session.target, "verify");
    return messageOf(error);
  }
};

/** Why rows that differ are no difference of the translation; null where they are one. */
const excuseFor = ({ plan, tables }: Session, view: PlanView): string | null => {
  if (view.open.length > 0) return `its SQL does not say ${view.open.join(", nor ")}`;
  const names = tablesUnder(plan, view);
  const changed = tables.filter(
    ({ source, rowsRejected, rowsCleaned, rowsSkipped = 0, proof }) =>
      names.has(fold(source)) && (rowsRejected + rowsCleaned + rowsSkipped > 0 || proof === "different"),
  );
  if (changed.length === 0) return invalidTextUnder(plan, names);
  const why = changed.map(({ source, rowsRejected, rowsCleaned, proof }) =>
    proof === "different"
      ? `${source} differs itself`
      : `${source} has ${rowsRejected} rejected and ${rowsCleaned} changed rows`,
  );
  return `SQLite's view still sees rows that did not arrive as they are: ${why.join("; ")}`;
};

/** Texts that are not valid in the file's encoding: what a view makes of them, SQLite's interface repairs before anybody sees it. */
const invalidTextUnder = ({ tables, findings }: Plan, names: ReadonlySet<string>): string | null => {
  const invalid = new Set(findings.flatMap(({ code, where }) => (code === "INVALID_TEXT" ? [where] : [])));
  const found = tables
    .filter(({ source }) => names.has(fold(source)))
    .flatMap(({ source, columns }) => columns.map((column) => `${source}.${column.source}`))
    .filter((where) => invalid.has(where));
  return found.length === 0 ? null : `${found.join(", ")} has texts that are not valid in the file's encoding`;
};

/** The tables that a view reads, itself or through other views. */
const tablesUnder = ({ views }: Plan, view: PlanView): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = ({ reads }: PlanView): void => {
    for (const name of reads) {
      if (found.has(name)) continue;
      found.add(name);
      const inner = views.find(({ source }) => fold(source) === name);
      if (inner !== undefined) visit(inner);
    }
  };
  visit(view);
  return found;
};
