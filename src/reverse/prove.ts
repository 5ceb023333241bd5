/** The proof of the way back: the new file is read afresh and compared with the target, in the very state that was read. */
import type { Context } from "../steps.ts";
import type { Target } from "../target/model.ts";
import type { Proof, VerifyMode } from "../verify/model.ts";
import { verifyTables } from "../verify/verify.ts";
import { type FittedTable, provenTable } from "./file/fit.ts";
import type { BackPlan } from "./model.ts";
import { provenRelation } from "./relation.ts";
import type { CopiedTable } from "./rows/copy.ts";

export interface ProofSettings extends Context {
  readonly target: Target;
  /** Of pg_export_snapshot: the state that the rows were read in. */
  readonly snapshot: string;
  readonly file: string;
  readonly mode: VerifyMode;
  readonly jobs: number;
}

/** No run of the ledger has this hash: whatever is listed there was about the way there. */
const NO_PLAN = "reverse";

/** Compares the rows alone: constraints and objects of the target are not what is made here. */
export const proveBack = async (
  back: BackPlan,
  copied: ReadonlyMap<FittedTable, CopiedTable>,
  { target, snapshot, file, mode, jobs, ...context }: ProofSettings,
): Promise<Proof> => {
  const { existing: _, ...plan } = back.plan;
  const proven = [...copied].map(([table, { written, bytes, maxRowBytes }]) => ({
    ...provenTable(table),
    ...{ rows: written, bytes, maxRowBytes, mode: "whole" as const, borders: [], oversize: [] },
  }));
  const relations = new Map(
    [...copied].map(([table, { setAside }], at) => {
      const names = new Set(proven[at]!.columns);
      const generated = proven[at]!.columns.filter((column) => !table.columns.some((each) => each.column === column));
      const columns = [
        ...table.columns.filter(({ column }) => names.has(column)),
        ...generated.map((column) => ({ column, select: null })),
      ];
      return [table.planned.target, provenRelation(table.relation, table.planned, columns, setAside)];
    }),
  );
  const tables = await verifyTables({
    plan: { ...plan, tables: proven.map((table) => ({ ...table, columns: table.columns.map(unsafe) })) },
    readPath: file,
    target,
    run: { id: NO_PLAN, planHash: NO_PLAN, epoch: 1, loadSchema: back.schema },
    mode,
    jobs,
    snapshot,
    relations,
    ...context,
  });
  return {
    tables,
    constraints: { checked: 0, valid: 0, others: [] },
    sequences: [],
    objects: { checked: 0, others: [] },
    equal: tables.every(({ proof }) => proof === "equal" || proof === "counted"),
  };
};

/** Numbers may have grown since the profile was made. */
const unsafe = <T extends { readonly numbersAreSafe: boolean }>(column: T): T => ({ ...column, numbersAreSafe: false });
