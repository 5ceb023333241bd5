import { describe, expect, it } from "vitest";
import { repositoryArn, secretArn } from "../../infra/aws/job/arn.ts";
import { fargateSize } from "../../infra/aws/job/fargate-size.ts";
import { taskStorage } from "../../infra/aws/job/task-storage.ts";

const GIB = 2 ** 30;

describe("a task's size", () => {
  it.each([
    [256, 0.5, 1024],
    [256, 2, 2048],
    [512, 4, 4096],
    [1024, 1, 2048],
    [2048, 8, 8192],
    [2048, 8.5, 9216],
    [4096, 30, 30_720],
    [8192, 17, 20_480],
    [8192, 60, 61_440],
    [16_384, 33, 40_960],
    [16_384, 120, 122_880],
  ])("of %i CPU units and %d GB is %i MiB of memory", (jobCpu, gib, memory) => {
    expect(fargateSize({ jobCpu, jobMemoryBytes: gib * GIB })).toEqual({ cpu: jobCpu, memory });
  });

  it.each([
    [256, 3],
    [512, 5],
    [2048, 17],
    [4096, 31],
    [16_384, 121],
  ])("of %i CPU units has no %d GB", (jobCpu, gib) => {
    expect(() => fargateSize({ jobCpu, jobMemoryBytes: gib * GIB })).toThrowError(
      expect.objectContaining({ code: "STACK_CONFIG", message: expect.stringContaining("jobMemory") }),
    );
  });
});

describe("a task's disk", () => {
  it.each([
    ["nothing", 0, { ephemeral: 21, volume: null }],
    ["one byte", 1, { ephemeral: 21, volume: null }],
    ["9 GiB", 9 * GIB, { ephemeral: 21, volume: null }],
    ["10 GiB", 10 * GIB, { ephemeral: 25, volume: null }],
    ["50 GiB", 50 * GIB, { ephemeral: 65, volume: null }],
    ["100 GiB", 100 * GIB, { ephemeral: 125, volume: null }],
    ["127 GiB", 127 * GIB, { ephemeral: 145, volume: null }],
    ["128 GiB", 128 * GIB, { ephemeral: 21, volume: 155 }],
    ["2 TiB", 2048 * GIB, { ephemeral: 21, volume: 2265 }],
    ["14 TiB", 14 * 1024 * GIB, { ephemeral: 21, volume: 15_775 }],
  ])("for %s", (_, bytes, storage) => {
    expect(taskStorage(bytes)).toEqual(storage);
  });

  it("holds the snapshot with room to spare, whatever its size, within what AWS gives", () => {
    for (let gib = 0.1; gib < 14_000; gib *= 1.07) {
      const { ephemeral, volume } = taskStorage(gib * GIB);
      expect(volume ?? ephemeral).toBeGreaterThan(gib * 1.1);
      expect(ephemeral).toBeGreaterThanOrEqual(21);
      expect(ephemeral).toBeLessThanOrEqual(200);
    }
  });

  it("is not to be had for more than a volume holds", () => {
    expect(() => taskStorage(16 * 1024 * GIB)).toThrowError(RangeError);
  });
});

describe("an ARN", () => {
  it.each([
    [
      "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app@sha256:00",
      "arn:aws:ecr:eu-central-1:123456789012:repository/app",
    ],
    [
      "123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app:v1",
      "arn:aws:ecr:eu-central-1:123456789012:repository/team/app",
    ],
    [
      "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:v1",
      "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app",
    ],
    [
      "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/a:b",
      "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/a",
    ],
    ["ghcr.io/team/app@sha256:00", null],
    ["postgres:18", null],
    ["evil.example/123456789012.dkr.ecr.eu-central-1.amazonaws.com/app", null],
  ])("of the repository of %s", (image, arn) => {
    expect(repositoryArn(image)).toBe(arn);
  });

  it("of a secret is without the key that a task reads of it", () => {
    const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:app-owner-1a2b3c";
    expect([secretArn(arn), secretArn(`${arn}:password::`)]).toEqual([arn, arn]);
  });
});
