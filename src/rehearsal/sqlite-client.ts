/** One session of the load on SQLite, in a thread of its own: better-sqlite3 blocks its thread while it waits for the lock. */
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import { failed, newCount, succeeded } from "./counting.ts";
import type { ClientTask } from "./sqlite-load.ts";
import { turns } from "./workload.ts";

const port = parentPort!;
const { path, writes, statements, keys, seed, seconds, busyMilliseconds } = workerData as ClientTask;

const db = new Database(path, { fileMustExist: true, timeout: busyMilliseconds });
// PostgreSQL's probe tables have no foreign keys either, and the source's triggers do not cross.
db.pragma("foreign_keys = OFF");
const prepared = statements.map(({ update, insert, select }) => ({
  update: db.prepare(update),
  insert: insert === null ? null : db.prepare(insert),
  select: db.prepare(select),
}));
const next = turns(keys, seed);

port.once("message", () => {
  const count = newCount();
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; ; turn++) {
    const { table, key, insert } = next(turn);
    const { update, insert: add, select } = prepared[table]!;
    const began = performance.now();
    if (began >= end) break;
    try {
      if (!writes) select.get(key);
      else ((insert ? add : null) ?? update).run(key);
      succeeded(count, began, end);
    } catch (error) {
      failed(count, error);
    }
  }
  db.close();
  port.postMessage({ kind: "done", count });
  port.close();
});
port.postMessage({ kind: "ready" });
