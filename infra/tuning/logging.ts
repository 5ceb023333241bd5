/** What the server writes down: https://www.postgresql.org/docs/current/runtime-config-logging.html */
import { dynamic, type Machine, type Parameter } from "./model.ts";

/** From 18 on log_connections is a list of what to log; RDS then refuses "1" (ministryofjustice/cloud-platform#7948). */
const CONNECTIONS_ARE_A_LIST_FROM = 18;

export const logging = ({ majorVersion }: Machine): readonly Parameter[] => [
  dynamic("log_min_duration_statement", { value: 1000, unit: "ms", why: "statements of a second or more are slow" }),
  dynamic("log_lock_waits", { value: true, why: "who waits for whom, once a wait is longer than deadlock_timeout" }),
  dynamic("log_checkpoints", {
    value: true,
    why: "checkpoints that come too often show that max_wal_size is too small",
  }),
  dynamic("log_connections", {
    value: majorVersion >= CONNECTIONS_ARE_A_LIST_FROM ? "all" : true,
    why: "who connected, from where, and since 18 how long that took",
  }),
  dynamic("log_disconnections", { value: true, why: "how long each session lasted" }),
  dynamic("log_line_prefix", {
    value: "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    why: "time, process, line, user, database, application and client, as log analysers such as pgBadger read them",
  }),
  dynamic("log_timezone", { value: "UTC", why: "the log's times, as those of the sessions" }),
];
