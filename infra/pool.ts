/** How many connections each process of the application keeps, such that all of them together fit into the server. */
import { type ConnectionLimits, connectionBudget, MAX_CLIENT_CONNECTIONS } from "./pool/budget.ts";
import { POOL_PRESETS, type PoolPreset } from "./pool/presets.ts";
import { configError } from "./settings/mistake.ts";

export interface PoolRequest extends ConnectionLimits {
  /** Of the database's machine: it is what the connections compete for. */
  readonly cores: number;
  /** Processes of the application that open a pool each. */
  readonly instances: number;
  /** null: by the cores. */
  readonly preset: PoolPreset | null;
  readonly applicationName: string;
  /** The application connects to PgBouncer, which shares the server's connections out among many clients. */
  readonly pooled?: boolean;
}

export interface PoolSettings {
  /** Connections that are kept open. */
  readonly size: number;
  /** Further ones in a rush, closed again after it. */
  readonly overflow: number;
  /** How long a request waits for a free one. */
  readonly timeoutSeconds: number;
  /** A connection is tried before it is lent, so that a restarted server is noticed in time. */
  readonly prePing: boolean;
  /** Older ones are closed: credentials and addresses change. */
  readonly recycleSeconds: number;
  readonly connectTimeoutSeconds: number;
  /** What the application's role has (init-sql/050-settings.sql): index builds, proof and migrations take longer than any request may. */
  readonly statementTimeoutMilliseconds: number;
  readonly applicationName: string;
  /** What all instances have open at most. */
  readonly connections: number;
}

/** PostgreSQL cuts a longer name. */
const MOST_NAME_BYTES = 63;

/**
 * The preset, or `cores × 2 + 1` connections and twice as many in a rush: a core for each that computes, as many that wait for the
 * disk (https://wiki.postgresql.org/wiki/Number_Of_Database_Connections: cores × 2 + spindles, where an SSD counts as one). A size
 * that was only worked out shrinks until it fits; one that was asked for is refused.
 * @throws LandbridgeError STACK_CONFIG (usage) when the connections of all instances do not fit into the server
 */
export const poolSettings = (request: PoolRequest): PoolSettings => {
  const { instances, applicationName } = request;
  const { size, overflow } = request.preset === null ? byCores(request) : presetThatFits(request, request.preset);
  return {
    size,
    overflow,
    timeoutSeconds: 30,
    prePing: true,
    recycleSeconds: 3600,
    connectTimeoutSeconds: 10,
    statementTimeoutMilliseconds: 30_000,
    applicationName: cut(applicationName),
    connections: instances * (size + overflow),
  };
};

const cut = (name: string): string => {
  const bytes = Buffer.from(name).subarray(0, MOST_NAME_BYTES);
  // The decoder marks a character that was cut in two.
  return bytes.toString().replace(/\uFFFD+$/, "");
};

interface Size {
  readonly size: number;
  readonly overflow: number;
}

const available = (request: PoolRequest): number =>
  request.pooled === true ? MAX_CLIENT_CONNECTIONS : connectionBudget(request);

const byCores = (request: PoolRequest): Size => {
  const each = Math.floor(available(request) / request.instances);
  if (each < 1) throw configError("instances", `${tooMany(request)}; set maxConnections, or pgbouncer true.`);
  const size = Math.min(request.cores * 2 + 1, each);
  return { size, overflow: Math.min(size * 2, each - size) };
};

const sizeOf = (preset: PoolPreset): Size => {
  const [size = 0, overflow = 0] = preset.split("/").map(Number);
  return { size, overflow };
};

const total = (preset: PoolPreset): number => {
  const { size, overflow } = sizeOf(preset);
  return size + overflow;
};

const presetThatFits = (request: PoolRequest, preset: PoolPreset): Size => {
  const { instances, maxConnections } = request;
  const wanted = instances * total(preset);
  const missing = wanted - available(request);
  if (missing <= 0) return sizeOf(preset);
  const fitting = POOL_PRESETS.filter((other) => instances * total(other) <= available(request));
  const ways = [
    ...(fitting.length > 0 ? [`pool ${fitting.join(" or ")}`] : []),
    "no pool key (it then fits by itself)",
    ...(request.pooled === true ? [] : [`maxConnections ${maxConnections + missing}`, "pgbouncer true"]),
  ];
  throw configError("pool", `${preset} needs ${wanted} connections; ${tooMany(request)}. Fitting: ${ways.join(", ")}.`);
};

const tooMany = (request: PoolRequest): string => {
  const { instances, maxConnections, reserved } = request;
  const of = `${instances} ${instances === 1 ? "instance" : "instances"}`;
  if (request.pooled === true) return `PgBouncer takes ${MAX_CLIENT_CONNECTIONS} clients, and there are ${of}`;
  return `of maxConnections ${maxConnections}, ${Math.max(0, available(request))} are left for ${of} (${reserved} are reserved, ${maxConnections - reserved - connectionBudget(request)} are for monitoring, migrations and administration)`;
};
