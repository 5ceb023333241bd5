/**
 * Starts one throw-away PostgreSQL for a whole run of a vitest project, in a temporary directory; a server named by
 * LANDBRIDGE_TEST_TARGET (a URL with the right to create databases and roles) takes its place.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../../src/target/embedded/embedded.ts";
import type { Target } from "../../src/target/model.ts";
import { parseTarget } from "../../src/target/url.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The administrator's way in; tests take databases of their own from freshDatabase(). */
    adminTarget: Target;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const own = process.env["LANDBRIDGE_TEST_TARGET"];
  if (own !== undefined) {
    project.provide("adminTarget", parseTarget(own, { environment: process.env }));
    return undefined;
  }
  const directory = await mkdtemp(join(tmpdir(), "landbridge-test-"));
  const server = await startEmbedded({
    directory,
    environment: process.env,
    parameters: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" },
  });
  project.provide("adminTarget", server.target);
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
