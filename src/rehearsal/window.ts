/** The phases of a crossing as the prediction wants them: what each took, how it grows, and how its parts differed. */
import type { Client } from "pg";
import type { Emit } from "../events.ts";
import type { RunReport } from "../report/model.ts";
import { type Mark, type MeasuredPhase, ratesOf } from "./prediction.ts";

/** Provisioning and roles are done before the window; these are what production waits for. */
const GROWTH: readonly (readonly [string, MeasuredPhase["grows"]])[] = [
  ["snapshot", "bytes"],
  ["profile", "bytes"],
  ["plan", "not"],
  ["prepare", "not"],
  ["copy", "bytes"],
  ["finish", "sorting"],
  ["verify", "bytes"],
];

/** @param marks by phase; a phase without any has no spread of its own */
export const windowPhases = (
  timings: RunReport["timings"],
  marks: ReadonlyMap<string, readonly Mark[]>,
): readonly MeasuredPhase[] => {
  const seconds: Readonly<Record<string, number | undefined>> = timings;
  return GROWTH.flatMap(([name, grows]) => {
    const took = seconds[name];
    return took === undefined ? [] : [{ name, grows, seconds: took, rates: ratesOf(marks.get(name) ?? []) }];
  });
};

/** Listens to a run and keeps when how many bytes of each phase were done. */
export const markingEmit = (emit: Emit): { readonly emit: Emit; readonly marks: Map<string, Mark[]> } => {
  const marks = new Map<string, Mark[]>();
  const done = new Map<string, number>();
  return {
    marks,
    emit: (event) => {
      emit(event);
      if (event.kind !== "progress" || event.unit !== "bytes") return;
      const list = marks.get(event.step) ?? [];
      list.push({ seconds: performance.now() / 1000, bytes: event.done - (done.get(event.step) ?? 0) });
      marks.set(event.step, list);
      done.set(event.step, event.done);
    },
  };
};

/** The same for a copy that ran elsewhere: when each slice of the newest run was committed. */
export const ledgerMarks = async (client: Client): Promise<readonly Mark[]> => {
  const { rows } = await client.query<{ seconds: number; bytes: string }>(
    `SELECT extract(epoch FROM finished_at)::float8 AS seconds, bytes FROM landbridge.slices
     WHERE number >= 0 AND run_id = (SELECT run_id FROM landbridge.runs ORDER BY started_at DESC LIMIT 1)`,
  );
  return rows.map(({ seconds, bytes }) => ({ seconds, bytes: Number(bytes) }));
};
