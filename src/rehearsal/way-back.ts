/** The way back, tried: the file to go back to is looked at, and a dump is restored and compared with what was dumped. */
import Database from "better-sqlite3";
import { hashFile } from "../source/hash.ts";
import { connect } from "../target/connect.ts";
import type { Target } from "../target/model.ts";
import type { WayBack } from "./model.ts";
import { type Digest, differingTables, digestSchema } from "./row-digest.ts";

export interface WayBackOptions {
  readonly source: string;
  readonly sqliteBefore: string;
  readonly snapshot: string;
  readonly target: Target;
  readonly schema: string;
  /** Dumps `target` and restores it into an empty database, or says why that cannot be done here. */
  readonly dumpAndRestore: (() => Promise<DumpedAndRestored>) | { readonly unavailable: string };
}

export interface DumpedAndRestored {
  readonly bytes: number;
  readonly objects: number;
  readonly dumpSeconds: number;
  readonly restoreSeconds: number;
  readonly restored: Target;
}

/** @throws LandbridgeError DUMP_FAILED and the like; what a dump shows to be different is told, not thrown */
export const tryWayBack = async (options: WayBackOptions): Promise<WayBack> => {
  const { source, sqliteBefore, snapshot, target, schema, dumpAndRestore } = options;
  const known: WayBack = {
    sqliteBefore,
    sqliteAfter: await hashFile(source),
    snapshotIntact: intact(snapshot),
    dump: null,
    restored: null,
    untested: null,
  };
  if (typeof dumpAndRestore !== "function") return { ...known, untested: dumpAndRestore.unavailable };
  const before = await digestOf(target, schema);
  const { bytes, objects, dumpSeconds, restoreSeconds, restored } = await dumpAndRestore();
  const after = await digestOf(restored, schema);
  return {
    ...known,
    dump: { bytes, objects, seconds: dumpSeconds },
    restored: {
      seconds: restoreSeconds,
      tables: before.size,
      rows: [...before.values()].reduce((sum, { rows }) => sum + rows, 0),
      different: differingTables(before, after),
    },
  };
};

const digestOf = async (target: Target, schema: string): Promise<ReadonlyMap<string, Digest>> => {
  const client = await connect(target, "rehearsal way back");
  try {
    return await digestSchema(client, schema);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** quick_check looks at pages and rows alone: integrity_check would ask for the application's own collations and functions. */
const intact = (path: string): boolean => {
  const db = new Database(path, { readonly: true });
  try {
    return db.pragma("quick_check(1)", { simple: true }) === "ok";
  } catch {
    return false;
  } finally {
    db.close();
  }
};
