/**
 * A server that has pgvector, which the npm packages' binaries lack: from the directory (bin/, lib/, share/) that
 * LANDBRIDGE_TEST_PGVECTOR names, of PostgreSQL 18. CONTRIBUTING.md says how to come by one.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { startEmbedded } from "../../src/target/embedded/embedded.ts";
import { type FreshDatabase, freshDatabase } from "./database.ts";

/** An empty database of such a server for one test file; null, with a line that says so, where none is named. */
export const pgvectorDatabase = async (): Promise<FreshDatabase | null> => {
  const binaries = process.env["LANDBRIDGE_TEST_PGVECTOR"];
  if (binaries === undefined || binaries === "") {
    process.stdout.write(
      "skipped: tests that need pgvector; LANDBRIDGE_TEST_PGVECTOR names no PostgreSQL that has it\n",
    );
    return null;
  }
  const directory = await mkdtemp(join(tmpdir(), "landbridge-pgvector-"));
  const server = await startEmbedded({
    directory,
    binaries,
    environment: process.env,
    parameters: { fsync: "off", synchronous_commit: "off", full_page_writes: "off" },
  });
  // Hooks run in reverse: the database goes first.
  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });
  return freshDatabase(undefined, server.target);
};
