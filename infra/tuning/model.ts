/** The words of the tuning: a machine, a phase, and a parameter of PostgreSQL with its value, its unit and its reason. */

/** What the server runs on. A container counts as a machine of its own, with its limits. */
export interface Machine {
  readonly memoryBytes: number;
  readonly cores: number;
  /** network: SSDs behind a network, as with cloud volumes. */
  readonly storage: "ssd" | "hdd" | "network";
  /** Where it is known, the write-ahead log stays within a part of it. */
  readonly storageBytes?: number;
  /** PostgreSQL's major version. */
  readonly majorVersion: number;
  /** Default 100, which is also PostgreSQL's. */
  readonly maxConnections?: number;
}

/** load: while rows are copied in and nobody else works there · serve: for the application. */
export type Phase = "load" | "serve";

/** PostgreSQL's own units (`pg_settings.unit`); a number without a unit is a count or a cost. */
export const UNIT_BYTES = { kB: 1024, "8kB": 8192, MB: 2 ** 20 } as const;
export type Unit = keyof typeof UNIT_BYTES | "ms" | "s";

export interface Parameter {
  readonly name: string;
  /** In `unit`, so that it is the number that `pg_settings.setting` shows. */
  readonly value: number | boolean | string;
  readonly unit: Unit | null;
  /** pending-reboot: PostgreSQL reads it at start alone (context "postmaster"). */
  readonly applyMethod: "immediate" | "pending-reboot";
  readonly why: string;
  /** Where the value is a share of the machine's memory: RDS works it out itself when the instance's class changes. */
  readonly share?: MemoryShare;
}

/** `numerator / denominator` of the memory, at most `mostBytes`. */
export interface MemoryShare {
  readonly numerator: number;
  readonly denominator: number;
  readonly mostBytes?: number;
}

type Details = Pick<Parameter, "value" | "why"> & Partial<Pick<Parameter, "unit" | "share">>;

/** A parameter that a running server takes over at a reload, or in the next session. */
export const dynamic = (name: string, { unit = null, ...details }: Details): Parameter => ({
  name,
  unit,
  applyMethod: "immediate",
  ...details,
});

/** A parameter that a server reads when it starts. */
export const fixed = (name: string, details: Details): Parameter => ({
  ...dynamic(name, details),
  applyMethod: "pending-reboot",
});

const MIB = 2 ** 20;

/** Whole MiB, down: a size that people can read, and never more than the share. */
export const shareOf = (memoryBytes: number, { numerator, denominator, mostBytes = Infinity }: MemoryShare): number =>
  Math.min(mostBytes, Math.floor((memoryBytes * numerator) / denominator / MIB) * MIB);

/** `share` of the machine's memory as the details of a parameter that counts in `unit`. */
export const sharedOut = (machine: Machine, unit: keyof typeof UNIT_BYTES, share: MemoryShare) => ({
  value: shareOf(machine.memoryBytes, share) / UNIT_BYTES[unit],
  unit,
  share,
});
