/** The bookkeeping of migration tools: rows in these tables are not the application's data. */

export interface MigrationTool {
  /** The column that names a revision, and the command that tells the tool so. */
  readonly column: string;
  readonly stamp: (revision: string) => string;
}

const told =
  (words: string) =>
  (revision: string): string =>
    words.replace("%", () => revision);

/** Tables whose revisions are compared on both sides, lower-cased. */
const COMPARED: ReadonlyMap<string, MigrationTool> = new Map([
  ["alembic_version", { column: "version_num", stamp: told("alembic stamp %") }],
  ["django_migrations", { column: "name", stamp: told("python manage.py migrate --fake (up to %)") }],
  ["_prisma_migrations", { column: "migration_name", stamp: told("prisma migrate resolve --applied %") }],
  ["migrations", { column: "name", stamp: told("typeorm migration:run --fake (up to %)") }],
  ["knex_migrations", { column: "name", stamp: told("knex migrate:up (up to %)") }],
  ["schema_migrations", { column: "version", stamp: told("run the migrations up to %") }],
  ["flyway_schema_history", { column: "version", stamp: told("flyway baseline -baselineVersion=%") }],
  ["goose_db_version", { column: "version_id", stamp: told("goose up-to %") }],
  ["sequelizemeta", { column: "name", stamp: told("sequelize db:migrate --to %") }],
  ["__drizzle_migrations", { column: "hash", stamp: told("drizzle-kit migrate (up to %)") }],
]);

const OTHERS: ReadonlySet<string> = new Set([
  ...["aerich", "south_migrationhistory", "yoyo_migrations", "knex_migrations_lock", "drizzle_migrations"],
  ...["typeorm_migrations", "typeorm_metadata", "mikro_orm_migrations", "kysely_migration", "kysely_migration_lock"],
  ...["pgmigrations", "strapi_migrations", "umzug_migrations", "directus_migrations", "ar_internal_metadata"],
  ...["gorp_migrations", "atlas_schema_revisions", "databasechangelog", "databasechangeloglock", "versioninfo"],
  ...["__efmigrationshistory", "seaql_migrations", "_sqlx_migrations", "__diesel_schema_migrations"],
  ...[
    "refinery_schema_history",
    "phinxlog",
    "doctrine_migration_versions",
    "migration_versions",
    "ecto_schema_migrations",
  ],
]);

export const isMigrationTable = (name: string): boolean =>
  COMPARED.has(name.toLowerCase()) || OTHERS.has(name.toLowerCase());

/** How the tool of this table names its revisions; undefined where they are not compared. */
export const migrationTool = (name: string): MigrationTool | undefined => COMPARED.get(name.toLowerCase());
