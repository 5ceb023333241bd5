/** What a source is and holds, and what would become of it: nothing is touched but a snapshot that is kept. */
import type { Finding } from "./findings.ts";
import { renderType } from "./plan/ddl/type.ts";
import type { Plan } from "./plan/model.ts";
import { describeClasses } from "./plan/types/choice.ts";
import type { Settings } from "./settings.ts";
import type { ColumnProfile, Health, SourceTable, TableProfile } from "./source/model.ts";
import { type Context, Steps } from "./steps.ts";
import { surveySource } from "./survey.ts";

export interface InspectedColumn {
  readonly name: string;
  /** As written, "" for none. */
  readonly declared: string;
  /** "12 integers, 3 texts", "nothing". */
  readonly holds: string;
  readonly nulls: number;
  /** PostgreSQL type, "" where the table does not cross. */
  readonly type: string;
  readonly reason: string;
}

export interface InspectedTable {
  readonly name: string;
  readonly kind: SourceTable["kind"];
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly InspectedColumn[];
}

export interface Inspection {
  readonly source: { readonly path: string; readonly sha256: string; readonly bytes: number };
  readonly snapshot: string;
  readonly health: Health;
  /** Bytes to have free: the snapshot, and as much again for the target. */
  readonly diskNeeded: number;
  readonly tables: readonly InspectedTable[];
  readonly views: readonly string[];
  readonly triggers: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Takes a snapshot and says what is in it.
 * @throws LandbridgeError as the snapshot and the plan do
 */
export const inspect = async (settings: Settings, context: Context): Promise<Inspection> => {
  const { snapshot, catalogue, profile, plan, release } = await surveySource(
    settings,
    new Steps(context.emit),
    context,
  );
  release();
  if (snapshot.health === null) throw new Error("what is inspected has just been copied and checked");
  const profiles = new Map(Object.entries(profile.tables));
  return {
    source: { path: settings.source, sha256: snapshot.sha256, bytes: snapshot.bytes },
    snapshot: snapshot.path,
    health: snapshot.health,
    diskNeeded: 2 * snapshot.bytes,
    tables: catalogue.tables
      .filter(({ kind }) => kind !== "shadow")
      .map((table) => inspectTable(table, profiles.get(table.name), plan)),
    views: catalogue.views.map(({ name }) => name),
    triggers: catalogue.triggers.map(({ name }) => name),
    findings: plan.findings,
  };
};

const inspectTable = (table: SourceTable, profile: TableProfile | undefined, plan: Plan): InspectedTable => {
  const planned = plan.tables.find(({ source }) => source === table.name);
  return {
    name: table.name,
    kind: table.kind,
    rows: profile?.rows ?? 0,
    bytes: profile?.bytes ?? 0,
    columns: table.columns.map(({ name, declaredType }) => {
      const column = planned?.columns.find(({ source }) => source === name);
      return {
        name,
        declared: declaredType,
        ...holdings(profile?.columns[name]),
        type: column ? renderType(column.type) : "",
        reason: column?.reason ?? "",
      };
    }),
  };
};

const holdings = (profile: ColumnProfile | undefined): Pick<InspectedColumn, "holds" | "nulls"> => ({
  holds: (profile && describeClasses(profile)) || "nothing",
  nulls: profile?.nulls ?? 0,
});
