/** A crossing into tables that an application has made: SQLite by SQL, PostgreSQL by SQL, then the real migrate in this process. */
import Database from "better-sqlite3";
import type { Client } from "pg";
import type { ConflictPolicy } from "../../src/existing/model.ts";
import { migrate } from "../../src/migrate.ts";
import type { Config } from "../../src/plan/config.ts";
import type { RunReport } from "../../src/report/model.ts";
import { parseSettings } from "../../src/settings.ts";
import type { Target } from "../../src/target/model.ts";
import { quoteIdentifier } from "../../src/target/quote.ts";
import { verify } from "../../src/verify-stored.ts";
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
const context = { emit: () => undefined, signal: new AbortController().signal };

export interface Application {
  readonly schema: string;
  readonly path: string;
  readonly directory: string;
  /** Runs the crossing; may be called again. */
  readonly load: (options?: {
    readonly onConflict?: ConflictPolicy;
    readonly replace?: boolean;
    readonly dryRun?: boolean;
    readonly intoExisting?: boolean;
    readonly config?: Config;
    readonly source?: string;
    readonly target?: Target;
  }) => Promise<RunReport>;
  /** The verb `verify`, at any later time. */
  readonly verify: () => Promise<RunReport>;
  /** Changes the SQLite file. */
  readonly change: (sql: string) => void;
  /** Rows of a query whose search_path is the application's schema. */
  readonly rows: (sql: string) => Promise<Record<string, unknown>[]>;
}

/** The application's tables in a schema of their own, and a way to load them. */
export const application = async ({
  target,
  admin,
  source,
  tables,
  owner,
  config = {},
}: IntoExisting): Promise<Application> => {
  const schema = `app_${++schemas}`;
  const path = /^\//.test(source) ? source : sqliteFile(source);
  const directory = temporaryDirectory();
  await admin.query(`CREATE SCHEMA ${schema}${owner === undefined ? "" : ` AUTHORIZATION ${quoteIdentifier(owner)}`}`);
  await admin.query(`SET search_path = ${schema}, public`);
  if (owner !== undefined) await admin.query(`SET ROLE ${quoteIdentifier(owner)}`);
  await admin.query(tables);
  await admin.query("RESET ROLE");
  const base = parseSettings({ source: path, schema, cwd: directory, environment: {}, cores: 1, intoExisting: true });
  return {
    ...{ schema, path, directory },
    load: ({
      onConflict = "fail",
      replace = false,
      dryRun = false,
      intoExisting = true,
      config: other,
      source: file,
      target: as,
    } = {}) =>
      migrate(
        {
          ...base,
          ...{ onConflict, replace, dryRun, intoExisting, target: as ?? target, jobs: 2 },
          ...(file === undefined ? {} : { source: file }),
          config: { ...(other ?? config), schema },
        },
        context,
      ),
    verify: () => verify({ ...base, target, config: { ...config, schema } }, context),
    change: (sql) => {
      const db = new Database(path);
      db.exec(sql);
      db.close();
    },
    rows: async (sql) => {
      await admin.query(`SET search_path = ${schema}, public`);
      return (await admin.query<Record<string, unknown>>(sql)).rows;
    },
  };
};

/** Everything around the rows of a schema, as its catalogue prints it: what a load must leave exactly as it was. */
export const objectsOf = async (client: Client, schema: string): Promise<string[]> => {
  const { rows } = await client.query<{ line: string }>(OBJECTS, [schema]);
  return rows.map(({ line }) => line);
};

const OBJECTS = `
  WITH here AS (SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1)
  SELECT format('column %s.%s %s %s %s %s%s', relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attidentity, attgenerated) AS line
    FROM here JOIN pg_attribute a ON attrelid = here.oid AND attnum > 0 LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
  UNION ALL SELECT format('index %s on %s: %s %s %s', x.relname, here.relname, pg_get_indexdef(x.oid), indisvalid, obj_description(x.oid))
    FROM here JOIN pg_index ON indrelid = here.oid JOIN pg_class x ON x.oid = indexrelid
  UNION ALL SELECT format('constraint %s on %s: %s %s %s', conname, relname, pg_get_constraintdef(k.oid), convalidated, obj_description(k.oid))
    FROM here JOIN pg_constraint k ON conrelid = here.oid
  UNION ALL SELECT format('trigger %s on %s: %s %s', tgname, relname, pg_get_triggerdef(g.oid), tgenabled)
    FROM here JOIN pg_trigger g ON tgrelid = here.oid WHERE NOT tgisinternal
  ORDER BY 1`;
