import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { provider } from "../../infra/aws/job/upload.ts";
import { download, objectStore, upload } from "../../scripts/job/object-store.ts";
import { partSize, snapshotKey, uploadSnapshot } from "../../scripts/job/upload.ts";
import { hashFile } from "../../src/source/hash.ts";
import { motoEnvironment, startMoto } from "../support/moto.ts";

const directory = mkdtempSync(join(tmpdir(), "landbridge-s3-"));
const moto = await startMoto();
let client: S3Client;

beforeAll(async () => {
  if (moto === null) return;
  for (const [name, value] of Object.entries(motoEnvironment(moto.endpoint))) vi.stubEnv(name, value);
  client = await objectStore();
  await client.send(
    new CreateBucketCommand({ Bucket: "bucket", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
  );
  await client.send(
    new PutBucketVersioningCommand({ Bucket: "bucket", VersioningConfiguration: { Status: "Enabled" } }),
  );
});

afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
  await moto?.stop();
});

/** A database of some 40 MB: three parts. */
const snapshot = (name: string, journal: "delete" | "wal" = "delete") => {
  const path = join(directory, name);
  const db = new Database(path);
  db.pragma(`journal_mode = ${journal}`);
  db.exec("CREATE TABLE blob (id INTEGER PRIMARY KEY, bytes BLOB)");
  const insert = db.prepare("INSERT INTO blob VALUES (?, zeroblob(4000000))");
  for (let id = 0; id < 10; id++) insert.run(id);
  db.prepare("UPDATE blob SET bytes = ? WHERE id = 3").run(Buffer.from(name.repeat(100_000)));
  db.close();
  const content = readFileSync(path);
  return { path, sha256: createHash("sha256").update(content).digest("hex"), bytes: content.length };
};

const versions = async (key: string) =>
  (await client.send(new ListObjectVersionsCommand({ Bucket: "bucket", Prefix: key }))).Versions?.length ?? 0;

describe.skipIf(moto === null)("a finished snapshot in S3", () => {
  it("arrives in parts under its own hash, and comes back byte for byte", async () => {
    const file = snapshot("one.sqlite");
    const there = await uploadSnapshot(client, "bucket", file);
    expect(there).toEqual({ bucket: "bucket", key: `snapshots/${file.sha256}.sqlite`, reused: false });
    const head = await client.send(new HeadObjectCommand({ Bucket: "bucket", Key: there.key, PartNumber: 1 }));
    expect(head.PartsCount ?? Number(/-(\d+)"$/.exec(head.ETag ?? "")?.[1])).toBe(3);

    const back = join(directory, "deep/er/back.sqlite");
    await download(`s3://bucket/${there.key}`, back);
    expect(await hashFile(back)).toBe(file.sha256);
  });

  it("is not uploaded a second time", async () => {
    const file = snapshot("one.sqlite".replace("one", "two"));
    await uploadSnapshot(client, "bucket", file);
    expect(await uploadSnapshot(client, "bucket", file)).toMatchObject({ reused: true });
    expect(await versions(snapshotKey(file.sha256))).toBe(1);
  });

  it("is uploaded anew after an upload that was killed, and nothing of that one stays", async () => {
    const file = snapshot("killed.sqlite");
    const Key = snapshotKey(file.sha256);
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: "bucket", Key }));
    const part = { Bucket: "bucket", Key, UploadId, PartNumber: 1, Body: Buffer.alloc(5 * 2 ** 20) };
    await client.send(new UploadPartCommand(part));
    expect(await uploadSnapshot(client, "bucket", file)).toMatchObject({ reused: false });
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: "bucket" }));
    expect(Uploads).toEqual([]);
    await download(`s3://bucket/${Key}`, join(directory, "killed-back.sqlite"));
    expect(await hashFile(join(directory, "killed-back.sqlite"))).toBe(file.sha256);
  });

  it("never stays under a hash that is not its own", async () => {
    const file = { ...snapshot("changed.sqlite"), sha256: "0".repeat(64) };
    await expect(uploadSnapshot(client, "bucket", file)).rejects.toMatchObject({ code: "SNAPSHOT_DAMAGED" });
    const head = client.send(new HeadObjectCommand({ Bucket: "bucket", Key: snapshotKey(file.sha256) }));
    await expect(head).rejects.toMatchObject({ name: "NotFound" });
  });

  it("is no live file: one in WAL mode, one with a log beside it, or one of another size is refused", async () => {
    const wal = snapshot("wal.sqlite", "wal");
    const logged = snapshot("logged.sqlite");
    writeFileSync(`${logged.path}-journal`, "x");
    const grown = { ...snapshot("grown.sqlite"), bytes: 4096 };
    const text = join(directory, "text.sqlite");
    writeFileSync(text, "no database");
    for (const file of [wal, logged, grown, { path: text, sha256: "1".repeat(64), bytes: 11 }]) {
      await expect(uploadSnapshot(client, "bucket", file)).rejects.toMatchObject({ code: "SNAPSHOT_NOT_FINISHED" });
      expect(await versions(snapshotKey(file.sha256))).toBe(0);
    }
  });

  it("is not needed here once it is there, and is missed by name where it is in neither place", async () => {
    const file = snapshot("away.sqlite");
    await uploadSnapshot(client, "bucket", file);
    rmSync(file.path);
    expect(await uploadSnapshot(client, "bucket", file)).toMatchObject({ reused: true });
    const nowhere = { ...file, sha256: "2".repeat(64) };
    await expect(uploadSnapshot(client, "bucket", nowhere)).rejects.toMatchObject({ code: "SNAPSHOT_MISSING" });
  });

  it("is uploaded by the stack's resource, which keeps what it was about", async () => {
    const file = snapshot("stack.sqlite");
    const inputs = { ...file, bucket: "bucket", region: "eu-central-1", profile: "", copy: { snapshot: "abc" } };
    const address = `s3://bucket/${snapshotKey(file.sha256)}`;
    const { id, outs } = await provider.create(inputs, directory);
    expect(id).toBe(address);
    expect(outs).toEqual({ bucket: "bucket", sha256: file.sha256, copy: { snapshot: "abc" }, address });
    expect(provider.triggers.every((trigger) => trigger in outs)).toBe(true);
  });

  it("that is not there any more is told with what helps", async () => {
    const missing = download("s3://bucket/snapshots/none.sqlite", join(directory, "none.sqlite"));
    await expect(missing).rejects.toMatchObject({ code: "OBJECT_STORE" });
    await expect(missing).rejects.toHaveProperty("remedy", expect.stringContaining("expire"));
  });

  it("leaves room for reports beside it, which browsers open as pages", async () => {
    const page = join(directory, "report.html");
    writeFileSync(page, "<h1>proven</h1>");
    await upload(page, "s3://bucket/reports/x/report.html");
    const got = await client.send(new GetObjectCommand({ Bucket: "bucket", Key: "reports/x/report.html" }));
    expect([got.ContentType, await got.Body?.transformToString()]).toEqual([
      "text/html; charset=utf-8",
      "<h1>proven</h1>",
    ]);
  });
});

describe("the size of a part", () => {
  it.each([
    [0, 16],
    [160_000 * 2 ** 20, 16],
    [160_000 * 2 ** 20 + 1, 17],
    [5 * 2 ** 40, 525],
  ])("of %i bytes is %i MiB", (bytes, mib) => {
    expect(partSize(bytes)).toBe(mib * 2 ** 20);
    expect(Math.ceil(bytes / partSize(bytes))).toBeLessThanOrEqual(10_000);
  });
});
