import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { machineOf } from "../../infra/aws/instance-class.ts";
import { logRetention } from "../../infra/aws/log-retention.ts";
import { instanceIdentifier } from "../../infra/aws/names.ts";
import { storageOf } from "../../infra/aws/storage.ts";

const GIB = 2 ** 30;
const BY_SOURCE = { storageGb: null, maxStorageGb: null, iops: null, storageThroughput: null };

describe("an instance class", () => {
  it.each([
    ["db.t4g.micro", 2, 1],
    ["db.t4g.medium", 2, 4],
    ["db.t3.2xlarge", 8, 32],
    ["db.m8g.large", 2, 8],
    ["db.m6gd.16xlarge", 64, 256],
    ["db.r7g.medium", 1, 8],
    ["db.r8g.xlarge", 4, 32],
    ["db.c6gd.large", 2, 4],
    ["db.x2g.large", 2, 32],
    ["db.x2idn.16xlarge", 64, 1024],
    ["db.x2iedn.xlarge", 4, 128],
    ["db.z1d.3xlarge", 12, 96],
  ])("%s has %i cores and %i GiB", (instanceClass, cores, gib) => {
    expect(machineOf(instanceClass)).toEqual({ cores, memoryBytes: gib * GIB });
  });

  it.each(["db.q9.large", "db.m8g.huge", "db.t4g.4xlarge"])(
    "%s is not known, and nothing is guessed",
    (instanceClass) => {
      expect(() => machineOf(instanceClass)).toThrow(/instanceClass/);
    },
  );
});

describe("the disk", () => {
  it("holds four times any source, and two sizes of it differ by a tenth at least", () => {
    const bytes = fc.integer({ min: 0, max: 16_000 * GIB });
    const size = (sourceBytes: number) => storageOf(BY_SOURCE, sourceBytes).allocatedStorage;
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const [less, more] = a < b ? [size(a), size(b)] : [size(b), size(a)];
        expect(size(a) * GIB).toBeGreaterThanOrEqual(a * 4);
        expect(more === less || more >= less * 1.1).toBe(true);
      }),
    );
  });

  it.each([
    [{ storageGb: 65_536 }, { allocatedStorage: 65_536, maxAllocatedStorage: 65_536 }],
    [
      { storageGb: 399, iops: 3000 },
      { allocatedStorage: 399, maxAllocatedStorage: 1596 },
    ],
    [
      { storageGb: 400, iops: 12_000 },
      { allocatedStorage: 400, maxAllocatedStorage: 1600, iops: 12_000 },
    ],
  ])("of %j is %j: gp3 takes no speed below 400 GiB", (settings, expected) => {
    expect(storageOf({ ...BY_SOURCE, ...settings }, null)).toEqual(expected);
  });

  it("that could not grow is refused", () => {
    expect(() => storageOf({ ...BY_SOURCE, maxStorageGb: 50 }, 100 * GIB)).toThrow(/maxStorageGb: 50 leaves nothing/);
  });
});

describe("the instance's name", () => {
  it.each([
    ["prod", "landbridge-prod"],
    ["Team_A.prod", "landbridge-team-a-prod"],
    ["prod--", "landbridge-prod"],
  ])("of stack %s is %s", (stack, expected) => {
    expect(instanceIdentifier(stack)).toBe(expected);
  });

  it("is one that RDS takes, also with what is put behind it", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/), (stack) => {
        expect(`${instanceIdentifier(stack)}-final-0123abcd`).toMatch(/^[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]$/);
      }),
    );
  });
});

describe("log retention", () => {
  it.each([
    [1, 1],
    [2, 3],
    [30, 30],
    [31, 60],
    [3653, 3653],
  ])("of %i days is %i, which CloudWatch takes", (days, expected) => {
    expect(logRetention(days)).toBe(expected);
  });
});
