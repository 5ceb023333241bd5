/** Whose connections the server has: the administrator's, those of everybody beside the application, and the application's. */

export interface ConnectionLimits {
  /** max_connections */
  readonly maxConnections: number;
  /** Connections that the application's role cannot have: `RESERVED_CONNECTIONS`. */
  readonly reserved: number;
}

/** superuser_reserved_connections, and on RDS rds.rds_superuser_reserved_connections as well. */
export const RESERVED_CONNECTIONS = { postgres: 3, rds: 3 + 2 } as const;

/** Two for monitoring, one for a migration, two for people with psql or pgAdmin. */
const FOR_OTHERS = 5;

/** Clients that PgBouncer lets in; each is a file descriptor, and few systems allow a process fewer than 1024. */
export const MAX_CLIENT_CONNECTIONS = 1000;

/** What is left for the application. */
export const connectionBudget = ({ maxConnections, reserved }: ConnectionLimits): number =>
  maxConnections - reserved - FOR_OTHERS;
