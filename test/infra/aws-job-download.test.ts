import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, describe, expect, it } from "vitest";
import { fetchObject } from "../../scripts/job/download.ts";
import { parseObjectAddress } from "../../scripts/job/object-address.ts";
import { hashFile } from "../../src/source/hash.ts";
import { awsError } from "../support/fake-ecs.ts";

const directory = mkdtempSync(join(tmpdir(), "landbridge-download-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Two ranges and a bit, in blocks of a MiB that all differ. */
const SIZE = 2 * 64 * 2 ** 20 + 5;
const block = (n: number): Buffer => Buffer.alloc(2 ** 20, `block ${n} `);
const bytesFrom = (start: number, end: number): Buffer[] => {
  const blocks: Buffer[] = [];
  for (let at = start; at < end; ) {
    const n = Math.floor(at / 2 ** 20);
    const piece = block(n).subarray(at - n * 2 ** 20, Math.min(2 ** 20, end - n * 2 ** 20));
    blocks.push(piece);
    at += piece.length;
  }
  return blocks;
};
const whole = createHash("sha256");
for (const piece of bytesFrom(0, SIZE)) whole.update(piece);
const SHA256 = whole.digest("hex");

interface Asked {
  readonly range: string;
  readonly etag: string | undefined;
}

/** A store whose answers break off after some blocks, as often as `breaks` says. */
const store = (breaks: number, asked: Asked[] = []): S3Client => {
  let left = breaks;
  async function* body(start: number, end: number): AsyncGenerator<Buffer> {
    let sent = 0;
    for (const piece of bytesFrom(start, end)) {
      if (left > 0 && sent === 3) {
        left--;
        throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
      }
      sent++;
      yield piece;
    }
  }
  const send = async (command: { readonly input: Record<string, string> }) => {
    const { input } = command;
    if (command.constructor.name === "HeadObjectCommand") return { ContentLength: SIZE, ETag: '"one"' };
    asked.push({ range: input["Range"] ?? "", etag: input["IfMatch"] });
    const [, start = "", last = ""] = /bytes=(\d+)-(\d+)/.exec(input["Range"] ?? "") ?? [];
    return { Body: body(Number(start), Number(last) + 1) };
  };
  return { send } as unknown as S3Client;
};

const from = { bucket: "b", key: "snapshots/x.sqlite" };

describe("a download", () => {
  it("is put together from ranges of one and the same object", async () => {
    const asked: Asked[] = [];
    const file = join(directory, "whole.sqlite");
    expect(await fetchObject({ client: store(0, asked), from, file })).toBe(SIZE);
    expect(await hashFile(file)).toBe(SHA256);
    expect(asked.map(({ range }) => range).sort()).toEqual([
      "bytes=0-67108863",
      "bytes=134217728-134217732",
      "bytes=67108864-134217727",
    ]);
    expect(new Set(asked.map(({ etag }) => etag))).toEqual(new Set(['"one"']));
  });

  it("goes on where a line broke, from the byte that it had reached", async () => {
    const asked: Asked[] = [];
    const file = join(directory, "broken.sqlite");
    await fetchObject({ client: store(2, asked), from, file });
    expect(await hashFile(file)).toBe(SHA256);
    expect(asked).toHaveLength(5);
  });

  it("fails after four broken lines for one range, and leaves nothing that looks like a file", async () => {
    const file = join(directory, "never.sqlite");
    const failed = fetchObject({ client: store(100), from, file });
    await expect(failed).rejects.toMatchObject({ code: "OBJECT_STORE" });
    expect([existsSync(file), existsSync(`${file}.partial`)]).toEqual([false, false]);
  });

  it("says which permissions it needs", async () => {
    const client = { send: () => Promise.reject(awsError("AccessDenied", "Forbidden", 403)) } as unknown as S3Client;
    const denied = fetchObject({ client, from, file: join(directory, "denied") });
    await expect(denied).rejects.toHaveProperty("remedy", expect.stringContaining("s3:GetObject"));
  });
});

describe("an address in S3", () => {
  it("is a bucket and a key", () => {
    expect(parseObjectAddress("s3://a-bucket/snapshots/x y.sqlite")).toEqual({
      bucket: "a-bucket",
      key: "snapshots/x y.sqlite",
    });
  });

  it.each(["s3://bucket", "s3://bucket/", "s3:///key", "s3://bucket/prefix/", "https://bucket/key", ""])(
    "is not: %s",
    (text) => {
      expect(() => parseObjectAddress(text)).toThrowError(expect.objectContaining({ code: "SOURCE_URL_UNKNOWN" }));
    },
  );
});
