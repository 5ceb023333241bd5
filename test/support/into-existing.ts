/** A crossing into tables that an application has made: SQLite by SQL, PostgreSQL by SQL, then the real migrate in this process. */
import type { Client } from "pg";
import type { ConflictPolicy } from "../../src/existing/model.ts";
import { migrate } from "../../src/migrate.ts";
import type { Config } from "../../src/plan/config.ts";
import type { RunReport } from "../../src/report/model.ts";
import { parseSettings } from "../../src/settings.ts";
import type { Target } from "../../src/target/model.ts";
import { quoteIdentifier } from "../../src/target/quote.ts";
import { sqliteFile, temporaryDirectory } from "./sqlite.ts";

export interface IntoExisting {
  readonly target: Target;
  readonly admin: Client;
  /** SQL that makes the SQLite file, or the path of one. */
  readonly source: string;
  /** The application's own DDL, run in a schema of its own as the administrator (or as `owner`). */
  readonly tables: string;
  readonly owner?: string;
  readonly config?: Config;
}

let schemas = 0;

export interface Application {
  readonly schema: string;
  readonly path: string;
  readonly directory: string;
  /** Runs the crossing; may be called again. */
  readonly load: (options?: {
    readonly onConflict?: ConflictPolicy;
    readonly replace?: boolean;
    readonly dryRun?: boolean;
    readonly config?: Config;
    readonly source?: string;
    readonly target?: Target;
  }) => Promise<RunReport>;
  /** Rows of a query whose search_path is the application's schema. */
  readonly rows: (sql: string) => Promise<Record<string, unknown>[]>;
}

/** The application's tables in a schema of their own, and a way to load them. */
export const application = async ({ target, admin, source, tables, owner, config = {} }: IntoExisting): Promise<Application> => {
  const schema = `app_${++schemas}`;
  const path = /^\//.test(source) ? source : sqliteFile(source);
  const directory = temporaryDirectory();
  await admin.query(`CREATE SCHEMA ${schema}${owner === undefined ? "" : ` AUTHORIZATION ${quoteIdentifier(owner)}`}`);
  await admin.query(`SET search_path = ${schema}`);
  if (owner !== undefined) await admin.query(`SET ROLE ${quoteIdentifier(owner)}`);
  await admin.query(tables);
  await admin.query("RESET ROLE");
  const base = parseSettings({ source: path, schema, cwd: directory, environment: {}, cores: 1, intoExisting: true });
  return {
    ...{ schema, path, directory },
    load: ({ onConflict = "fail", replace = false, dryRun = false, config: other, source: file, target: as } = {}) =>
      migrate(
        {
          ...base,
          ...{ onConflict, replace, dryRun, target: as ?? target, jobs: 2 },
          ...(file === undefined ? {} : { source: file }),
          config: { ...(other ?? config), schema },
        },
        { emit: () => undefined, signal: new AbortController().signal },
      ),
    rows: async (sql) => {
      await admin.query(`SET search_path = ${schema}`);
      return (await admin.query<Record<string, unknown>>(sql)).rows;
    },
  };
};
