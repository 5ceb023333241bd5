/** PgBouncer between the application and the server, and what transaction pooling asks of each client. */
import { configError } from "../settings/mistake.ts";
import { type ConnectionLimits, connectionBudget, MAX_CLIENT_CONNECTIONS } from "./budget.ts";

/** The section [pgbouncer] of its configuration, by the names that it has there. */
export interface PgBouncerSettings {
  readonly pool_mode: "transaction";
  readonly max_client_conn: number;
  /** Server connections for each pair of database and user. */
  readonly default_pool_size: number;
  /** Further ones for a pair whose clients have waited for reserve_pool_timeout. */
  readonly reserve_pool_size: number;
  /** Seconds. */
  readonly reserve_pool_timeout: number;
  /** All users of a database together: what the server has left for them. */
  readonly max_db_connections: number;
  /** Seconds; as long as a pool of the application waits. */
  readonly query_wait_timeout: number;
  /** Seconds. */
  readonly server_idle_timeout: number;
  /** Start-up parameters that PgBouncer would refuse a client for; the role has its settings in the database. */
  readonly ignore_startup_parameters: string;
  /** Absent before 1.21, which does not know it. */
  readonly max_prepared_statements?: number;
}

/**
 * Four fifths of what the server has left make the pool of the application, the last fifth its reserve.
 * @param version of PgBouncer, e.g. "1.24"; from 1.21 on it follows named prepared statements
 * @throws LandbridgeError STACK_CONFIG (usage) when the server has no connection left
 */
export const pgBouncerSettings = (limits: ConnectionLimits, version: string): PgBouncerSettings => {
  const budget = connectionBudget(limits);
  if (budget < 1)
    throw configError(
      "maxConnections",
      `${limits.maxConnections} leaves no connection to PgBouncer; 10 more would do.`,
    );
  const pool = Math.max(1, Math.floor(budget * 0.8));
  return {
    pool_mode: "transaction",
    max_client_conn: MAX_CLIENT_CONNECTIONS,
    default_pool_size: pool,
    reserve_pool_size: budget - pool,
    reserve_pool_timeout: 5,
    max_db_connections: budget,
    query_wait_timeout: 30,
    server_idle_timeout: 600,
    ignore_startup_parameters: "extra_float_digits,search_path,statement_timeout,options",
    ...(followsPreparedStatements(version) ? { max_prepared_statements: 200 } : {}),
  };
};

/** https://www.pgbouncer.org/changelog.html#pgbouncer-121x */
export const followsPreparedStatements = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > 1 || (major === 1 && minor >= 21);
};

/**
 * What a client must not do, or must be told, where each transaction may run on another server connection: a line for each. The
 * engine itself always uses the direct endpoint.
 */
export const clientNotes = (preparedStatements: boolean): readonly string[] => [
  "Transaction pooling: no SET, LISTEN, advisory locks of a session, or temporary tables across transactions.",
  "Migrations, backups and Landbridge go to the server itself (DIRECT_DATABASE_URL).",
  ...(preparedStatements ? FOLLOWED : NOT_FOLLOWED),
];

const FOLLOWED = [
  "This PgBouncer follows prepared statements (max_prepared_statements): psycopg, node-postgres and Prisma need nothing more.",
  "asyncpg: connect(…, statement_cache_size=0) is the safe choice; SQLAlchemy: see POSTGRES_STATEMENT_CACHE_SIZE below.",
];

const NOT_FOLLOWED = [
  "This PgBouncer (before 1.21) does not follow prepared statements:",
  "psycopg: connect(…, prepare_threshold=None). node-postgres: no `name` in queries. Prisma: pgbouncer=true, as below.",
  "asyncpg: connect(…, statement_cache_size=0).",
];
