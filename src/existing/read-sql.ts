/** The questions to the catalogue; each takes the schema as $1 and gives rows in the order in which a plan lists them. */

const HERE = "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)";

/** Ordinary and partitioned tables of the schema, not brought by an extension, no partitions. */
const ROOTS = `c.relnamespace = ${HERE} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT EXISTS (
  SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

const NAMES = (relation: string, numbers: string): string =>
  `coalesce((SELECT json_agg(named.attname ORDER BY listed.place) FROM unnest(${numbers}) WITH ORDINALITY AS listed(number, place)
     JOIN pg_catalog.pg_attribute named ON named.attrelid = ${relation} AND named.attnum = listed.number), '[]')`;

export const TABLES = `
  SELECT c.relname AS name, c.relkind = 'p' AS partitioned, pg_catalog.pg_get_userbyid(c.relowner) AS owner,
    pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned,
    CASE WHEN c.relforcerowsecurity AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user)
      THEN 'row security' END AS hindrance,
    EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type = '3') AS rules
  FROM pg_catalog.pg_class c WHERE ${ROOTS} ORDER BY c.relname COLLATE "C"`;

/** A sequence belongs to its column, or the column's default calls it. */
const SEQUENCE = `(SELECT s.oid::regclass::text FROM pg_catalog.pg_class s WHERE s.relkind = 'S' AND s.oid IN (
    SELECT o.objid FROM pg_catalog.pg_depend o WHERE o.classid = 'pg_catalog.pg_class'::regclass AND o.refclassid = 'pg_catalog.pg_class'::regclass
      AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum AND o.deptype IN ('a', 'i')
    UNION ALL
    SELECT u.refobjid FROM pg_catalog.pg_depend u WHERE u.classid = 'pg_catalog.pg_attrdef'::regclass AND u.objid = d.oid
      AND u.refclassid = 'pg_catalog.pg_class'::regclass) LIMIT 1)`;

export const COLUMNS = `
  SELECT c.relname AS "table", a.attname AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS "notNull",
    CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS "default",
    CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
    CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS generated,
    ${SEQUENCE} AS sequence, a.atttypid::int AS "typeId", a.atttypmod AS modifier
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE ${ROOTS} ORDER BY c.relname COLLATE "C", a.attnum`;

const ACTION = (column: string): string =>
  `CASE ${column} WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END`;

export const CONSTRAINTS = `
  SELECT c.relname AS "table", k.conname AS name,
    CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' ELSE 'exclude' END AS kind,
    ${NAMES("k.conrelid", "k.conkey")} AS columns, pg_catalog.pg_get_constraintdef(k.oid) AS definition, k.convalidated AS validated,
    pg_catalog.obj_description(k.oid, 'pg_constraint') AS comment,
    CASE WHEN k.contype = 'f' THEN json_build_object('schema', n.nspname, 'table', p.relname, 'columns', ${NAMES("k.confrelid", "k.confkey")},
      'onUpdate', ${ACTION("k.confupdtype")}, 'onDelete', ${ACTION("k.confdeltype")}, 'deferred', k.condeferred) END AS reference
  FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  LEFT JOIN pg_catalog.pg_class p ON p.oid = k.confrelid LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
  WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND k.conparentid = 0 AND ${ROOTS}
  ORDER BY c.relname COLLATE "C", k.conname COLLATE "C"`;

export const INDEXES = `
  SELECT c.relname AS "table", x.relname AS name, pg_catalog.pg_get_indexdef(i.indexrelid) AS definition, i.indisunique AS "unique",
    i.indisvalid AND i.indisready AS valid, pg_catalog.obj_description(x.oid, 'pg_class') AS comment,
    NOT i.indisunique AND x.relkind = 'i' AND i.indisvalid AND NOT i.indisreplident AND NOT i.indisclustered AND x.reltablespace = 0
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0)
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = x.oid AND d.deptype IN ('e', 'x'))
      AS rebuildable
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  WHERE ${ROOTS} AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  ORDER BY c.relname COLLATE "C", x.relname COLLATE "C"`;

/** Bits of tgtype: 1 for each row, 2 before, 16 update. */
export const TRIGGERS = `
  SELECT c.relname AS "table", g.tgrelid::regclass::text AS relation, g.tgname AS name, pg_catalog.pg_get_triggerdef(g.oid) AS definition,
    g.tgenabled AS enabled, g.tgtype & 3 = 3 AS before, g.tgtype & 16 = 16 AS "onUpdate", ${NAMES("g.tgrelid", "g.tgattr::int2[]")} AS columns,
    f.proname AS called, f.prosrc AS code, pg_catalog.encode(g.tgargs, 'escape') AS given
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_trigger g ON g.tgrelid = c.oid OR g.tgrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree(c.oid) WHERE c.relkind = 'p')
  JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
  WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND ${ROOTS}
  ORDER BY c.relname COLLATE "C", 2, g.tgname COLLATE "C"`;
