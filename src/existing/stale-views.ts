/** Materialized views over the tables that were loaded: what they hold is from before. */
import type { Finishing } from "../finish/finishing.ts";
import type { Session } from "../finish/sessions.ts";

const OVER = `
  SELECT DISTINCT v.oid::regclass::text AS name, v.relname COLLATE "C" AS place
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class AND v.relkind = 'm'
  JOIN pg_catalog.pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_catalog.pg_class'::regclass
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  WHERE n.nspname = $1 AND t.relname = ANY ($2::text[]) ORDER BY 2`;

/** Named with the statement that makes them current. */
export const noteStaleViews = async (session: Session, finishing: Finishing): Promise<void> => {
  const { schema, plan } = finishing;
  const { rows } = await session.use("materialized views", (client) =>
    client.query<{ name: string }>(OVER, [schema, plan.tables.map(({ target }) => target)]),
  );
  for (const { name } of rows)
    finishing.findings.push({
      code: "MATERIALIZED_VIEW_STALE",
      severity: "warning",
      where: `view ${name}`,
      message: "it was computed before the rows came",
      remedy: `REFRESH MATERIALIZED VIEW ${name}`,
      count: 1,
    });
};
