import type { Client } from "pg";
import { describe, expect, test } from "vitest";
import type { Target } from "../../../src/target/model.ts";
import { refusePooler } from "../../../src/target/pooler.ts";

const target: Target = { config: {}, display: "postgresql://ann@pool:6432/app", embedded: false };

/** A pooler in front of two backends, 11 and 12: it announces process 900 to everybody. */
class Pool {
  readonly held = new Map<object, number>();
  readonly mode: "session" | "transaction";
  constructor(mode: "session" | "transaction") {
    this.mode = mode;
  }
  client(): Client {
    const client = {
      processID: 900,
      query: async (text: string) => {
        const backend = this.held.get(client) ?? [11, 12].find((pid) => ![...this.held.values()].includes(pid))!;
        if (this.mode === "session" || text === "BEGIN") this.held.set(client, backend);
        return { rows: [{ pid: backend }] };
      },
      end: async () => void this.held.delete(client),
    };
    return client as unknown as Client;
  }
}

describe("a pooler", () => {
  test("that gives a session another backend for each transaction is refused", async () => {
    const pool = new Pool("transaction");
    const checked = refusePooler(pool.client(), target, async () => pool.client());
    await expect(checked).rejects.toMatchObject({ code: "TARGET_IS_POOLED", exitCode: 4 });
    expect(pool.held.size).toBe(0);
  });

  test("that keeps a session on its backend is accepted", async () => {
    const pool = new Pool("session");
    await refusePooler(pool.client(), target, async () => pool.client());
  });

  test("is not looked for where the server speaks for itself", async () => {
    const direct = { processID: 11, query: async () => ({ rows: [{ pid: 11 }] }) } as unknown as Client;
    await refusePooler(direct, target, async () => {
      throw new Error("a second connection");
    });
  });
});
