/** A COPY that the server refuses while rows are still being sent: the reason comes through, whenever the next step is taken. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { CopyIn } from "../../../src/copy/stream.ts";
import { connect } from "../../../src/target/connect.ts";
import { freshDatabase } from "../../support/database.ts";

const { target, admin } = await freshDatabase();
await admin.query("CREATE TABLE small (n bigint CHECK (n < 5))");

/** One row of a binary COPY: one field of eight bytes. */
const row = (n: bigint): { bytes: Buffer; length: number } => {
  const bytes = Buffer.alloc(14);
  bytes.writeInt16BE(1, 0);
  bytes.writeInt32BE(8, 2);
  bytes.writeBigInt64BE(n, 6);
  return { bytes, length: bytes.length };
};

/** Enough rows that the server looks at them before the end. */
const many = (n: bigint) => {
  const bytes = Buffer.concat(Array.from({ length: 20_000 }, () => row(n).bytes));
  return { bytes, length: bytes.length };
};

test.each(["sending more", "ending it"])("is told on %s after the refusal has arrived", async (next) => {
  const client = await connect(target, "test");
  const copy = new CopyIn(client, "COPY small FROM STDIN (FORMAT binary)");
  await copy.send(many(7n));
  await sleep(500);
  const step = next === "ending it" ? copy.finish() : copy.send(many(1n));
  await expect(step).rejects.toMatchObject({ code: "23514" });
  await expect(copy.finish()).rejects.toMatchObject({ code: "23514" });
  expect((await client.query("SELECT count(*)::int AS n FROM small")).rows).toEqual([{ n: 0 }]);
  await client.end();
});
