/** The embedded server as data: its versions, its state on disk, the account that it runs as. */

/** Major versions that there are packages for. */
export type EmbeddedVersion = "15" | "16" | "17" | "18";

/** What is kept about an embedded server in its directory, in a file that only its owner may read. */
export interface EmbeddedState {
  readonly port: number;
  readonly password: string;
  /** Which way around PostgreSQL's refusal to run as root the cluster was made with; it stays with it. */
  readonly account: AccountKind;
  /** The directory with `data/` and, for account `other`, a copy of the binaries. */
  readonly home: string;
}

/**
 * own: this process's user, who is not root · namespace: root, seen by PostgreSQL as somebody else inside a user namespace
 * · other: root starts the server as a user id of its own, outside the checkout.
 */
export type AccountKind = "own" | "namespace" | "other";

/** Values of the environment that the server and its tools need; src/ never reads process.env. */
export type Environment = Readonly<Record<string, string | undefined>>;
