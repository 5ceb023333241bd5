import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../src/target/embedded/free-port.ts";
import { TestStack } from "./support/stack.ts";
import { hasImage, missingTool, pulls } from "./support/tools.ts";

/** As plans of such migrations name it: another libc, another user's number, the data in the old place. */
const IMAGE = "postgres:15-alpine";

const missing =
  missingTool() ?? (hasImage(IMAGE) || pulls(IMAGE) ? null : `no image registry is reachable for ${IMAGE}`);
if (missing !== null) process.stderr.write(`e2e skipped: ${missing}.\n`);

describe.skipIf(missing !== null)(`a stack on ${IMAGE}`, () => {
  const stack = new TestStack("alpine");

  beforeAll(async () => {
    stack.init({ image: IMAGE, port: String(await freePort()), tls: "true", protect: "false", stopSeconds: "20" });
  });
  afterAll(() => stack.remove());

  it("comes up encrypted, with the sample proven, without the extension that it does not have", async () => {
    stack.up();
    expect(stack.outputs()["copy"]).toMatchObject({ exitCode: 0 });
    const client = new pg.Client(`${stack.outputs()["url"]}`.replace("sslmode=verify-full", "sslmode=no-verify"));
    await client.connect();
    expect((await client.query("SELECT count(*) AS n FROM author")).rows).toEqual([{ n: "320" }]);
    await client.end();
    stack.up("--expect-no-changes");
  });
});
