/** Autovacuum: https://www.postgresql.org/docs/current/runtime-config-vacuum.html */
import { dynamic, fixed, type Machine, type Parameter, type Phase } from "./model.ts";

/** PostgreSQL's default; each may take maintenance_work_mem. */
const AUTOVACUUM_WORKERS = 3;

/** From 18 on the number of workers can change while the server runs, within autovacuum_worker_slots (16). */
const WORKERS_ARE_DYNAMIC_FROM = 18;

export const vacuum = ({ majorVersion }: Machine, phase: Phase): readonly Parameter[] => [
  dynamic("autovacuum", {
    value: phase === "serve",
    why: "off while loading: it would read tables that are being filled, and the load ends with ANALYZE; on for everything after",
  }),
  (majorVersion >= WORKERS_ARE_DYNAMIC_FROM ? dynamic : fixed)("autovacuum_max_workers", {
    value: AUTOVACUUM_WORKERS,
    why: "three tables at a time",
  }),
  dynamic("autovacuum_naptime", { value: 60, unit: "s", why: "each database is looked at every minute" }),
];
