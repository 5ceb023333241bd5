/** The target: where it is, what the server says of itself, and the run that is loaded into it. Plain data, no behaviour. */
import type { ClientConfig } from "pg";

/** A PostgreSQL to load into. `config` holds the secrets; `display` never does and is the only part that is ever shown. */
export interface Target {
  readonly config: ClientConfig;
  /** `postgresql://user@host:port/database` */
  readonly display: string;
  readonly embedded: boolean;
  /**
   * libpq's word for how `config.ssl` is to be used; absent: as it stands. `prefer` and `verify-ca` need behaviour that plain
   * data cannot carry, and a Target travels to worker threads as plain data, so `connect` adds it.
   */
  readonly sslmode?: SslMode;
}

export type SslMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

export interface ServerFacts {
  /** e.g. "18.4" and 180004. */
  readonly version: string;
  readonly versionNumber: number;
  readonly encoding: string;
  readonly database: string;
  readonly user: string;
  readonly superuser: boolean;
  readonly tls: boolean;
}

/** Who loads what where: the ledger's view of a run. */
export interface Run {
  readonly id: string;
  readonly planHash: string;
  /** Bumped by every resume: a slice of an older epoch may not commit. */
  readonly epoch: number;
  /** The schema that rows are loaded into: the plan's own, or `<schema>_<run>` when it is to take another load's place. */
  readonly loadSchema: string;
}
