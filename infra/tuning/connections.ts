/** Who may connect, and what every session begins with. */
import { dynamic, fixed, type Machine, type Parameter } from "./model.ts";

/** PostgreSQL's default, and what the usual pools (pool.ts) are made for. */
export const DEFAULT_MAX_CONNECTIONS = 100;

/** PostgreSQL's default: a full server still lets its administrator in. */
export const SUPERUSER_RESERVED_CONNECTIONS = 3;

export const connections = ({ maxConnections = DEFAULT_MAX_CONNECTIONS }: Machine): readonly Parameter[] => [
  fixed("max_connections", {
    value: maxConnections,
    why: "each connection is a process with memory of its own; a pool shares a few among many clients",
  }),
  fixed("superuser_reserved_connections", {
    value: SUPERUSER_RESERVED_CONNECTIONS,
    why: "an administrator can connect when the application has taken all others",
  }),
  fixed("shared_preload_libraries", {
    value: "pg_stat_statements",
    why: "counts and times each statement; the library must be there when the server starts",
  }),
  dynamic("password_encryption", {
    value: "scram-sha-256",
    why: "md5 hashes can be replayed by whoever reads them",
  }),
  dynamic("TimeZone", { value: "UTC", why: "timestamps look the same wherever the server and its clients are" }),
];
