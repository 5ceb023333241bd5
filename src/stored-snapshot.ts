/** A snapshot that is there already: from an earlier run, or from the other half of a crossing. */
import type { Snapshot } from "./source/model.ts";
import { openSnapshot } from "./source/open.ts";
import { readableSnapshot } from "./source/readable.ts";
import { type Holding, heldCopy } from "./survey.ts";

/**
 * Holds the file at `path`, whose hash the caller has checked.
 * @param beside where a readable copy may be made, without its ending; absent: beside the file
 */
export const holdFile = async (
  path: string,
  facts: Pick<Snapshot, "sha256" | "takenAt" | "sourcePath">,
  beside?: string,
): Promise<Holding> => {
  const db = openSnapshot(path);
  try {
    const bytes = db
      .prepare("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
      .pluck()
      .get() as number;
    return heldCopy({ ...facts, path, bytes, health: null }, (await readableSnapshot(path, beside)).path);
  } finally {
    db.close();
  }
};
