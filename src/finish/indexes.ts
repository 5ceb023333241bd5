/** Finish, first part: every index, in parallel sessions, those behind primary keys and unique constraints among them; those over vectors last. */
import type { Statement } from "../plan/ddl/ddl.ts";
import { largestFirst } from "./batches.ts";
import { BuildWatch } from "./build-progress.ts";
import { type Built, dropBroken, runStatements } from "./built.ts";
import type { Finishing } from "./finishing.ts";
import { indexFailure, shapeOf } from "./index-failure.ts";
import { overSessions, type SearchPath, type Session } from "./sessions.ts";
import { buildVectorIndexes, vectorIndex } from "./vector-indexes.ts";

/** Memory for sorting, of all sessions together and of one (MB): more than 256 MB helps a single build little. */
const SORT_MEMORY_TOTAL = 768;
const SORT_MEMORY_EACH = 256;
const SORT_MEMORY_LEAST = 64;

/** Indexes of small tables that are built in one transaction. */
const BATCH = 50;

/** What each of the sessions that build indexes may take. */
export const sortMemory = ({ jobs }: Pick<Finishing, "jobs">): { maintenance_work_mem: string } => {
  const megabytes = Math.max(SORT_MEMORY_LEAST, Math.min(SORT_MEMORY_EACH, Math.floor(SORT_MEMORY_TOTAL / jobs)));
  return { maintenance_work_mem: `${megabytes}MB` };
};

/** Builds what is missing. An index that the rows do not allow is left out with a finding that names them. */
export const buildIndexes = async (
  finishing: Finishing,
  built: Built,
  statements: readonly Statement[],
  path: SearchPath,
): Promise<void> => {
  const absent = statements.filter((statement) => !built.has(statement));
  finishing.advance("indexes", statements.length - absent.length);
  const ofVectors = new Set(absent.filter((statement) => vectorIndex(finishing.table(statement.table), statement)));
  const missing = absent.filter((statement) => !ofVectors.has(statement));
  // Indexes of partitions get their names from the server, and two sessions at one table might be given the same.
  const [plain, split] = [false, true].map((over) =>
    missing.filter(({ table }) => (finishing.table(table).partitioning !== null) === over),
  );
  const tasks = [
    ...Map.groupBy(split!, ({ table }) => table).values(),
    ...largestFirst(plain!, ({ table }) => finishing.table(table), BATCH),
  ];
  const watch = new BuildWatch(finishing);
  const build = async (session: Session, batch: readonly Statement[]): Promise<void> => {
    await session.use("broken indexes", (client) => dropBroken(client, finishing.schema, built, batch));
    for (const { statement, error } of await watch.during(session, batch, () =>
      runStatements(session, finishing.schema, batch),
    ))
      await leaveOut(finishing, session, statement, error);
    finishing.advance(batch.at(-1)?.object ?? "", batch.length);
  };
  try {
    await overSessions(finishing, { ...sortMemory(finishing), ...path }, tasks, build);
    // When the others are through: what memory there is belongs to one build.
    await buildVectorIndexes(finishing, [...ofVectors], path, (session, statement) => build(session, [statement]));
  } finally {
    await watch.end();
  }
};

const leaveOut = async (
  finishing: Finishing,
  session: Session,
  statement: Statement,
  error: unknown,
): Promise<void> => {
  const table = finishing.table(statement.table);
  const shape = shapeOf(table, statement.object);
  const finding = await session.use(shape.title, (client) =>
    indexFailure(client, finishing.schema, table, shape, error),
  );
  finishing.leaveOut(statement.object, finding);
};
