/** What a step's progress says: share done, rows, rows per second, time left. */
import type { RunEvent } from "../../src/events.ts";
import { counted, formatBytes, formatCount, formatDuration, visible } from "../../src/report/words.ts";

type Progress = Extract<RunEvent, { readonly kind: "progress" }>;

/** Too early to tell a rate or a time left, in seconds. */
const WARM_UP = 1;

/**
 * `62 %, 1,234,567 rows, 98,765 rows/s, about 12.0 s left (OrderLine)`, or `35 %, 1 of 4 objects (items_v_idx, 41 % of it)`; `elapsed` is the step's
 * seconds so far.
 */
export const progressWords = (progress: Progress, elapsed: number): string => {
  const { done, underWay = 0, total, unit, rows = unit === "rows" ? done : undefined, at } = progress;
  const share = total > 0 ? Math.min(1, (done + underWay) / total) : 0;
  const parts = [
    total > 0 ? `${Math.floor(share * 100)} %` : "",
    amount(progress, rows),
    rows !== undefined && elapsed >= WARM_UP ? `${formatCount(Math.round(rows / elapsed))} rows/s` : "",
    // Where one object takes long, the number of those that are left says nothing of the time.
    share > 0 && share < 1 && elapsed >= WARM_UP && progress.share === undefined
      ? `about ${formatDuration(Math.ceil((elapsed * (1 - share)) / share))} left`
      : "",
  ];
  const within = progress.share === undefined ? "" : `, ${Math.floor(progress.share * 100)} % of it`;
  const place = at === undefined ? "" : ` (${visible(at, { limit: 60 })}${within})`;
  return parts.filter((part) => part !== "").join(", ") + place;
};

const amount = ({ done, total, unit }: Progress, rows: number | undefined): string => {
  if (rows !== undefined) return counted(rows, "row");
  if (unit === "bytes") return `${formatBytes(done)} of ${formatBytes(total)}`;
  return `${formatCount(done)} of ${formatCount(total)} ${unit}`;
};
