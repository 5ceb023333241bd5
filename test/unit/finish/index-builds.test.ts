/** What an index over vectors may take of a server's memory while it is built, and how much of a build is done. */
import { describe, expect, it } from "vitest";
import { shareDone } from "../../../src/finish/build-progress.ts";
import { buildSettings, graphSize, largestBuild } from "../../../src/finish/vector-indexes.ts";
import { indexOf, tableOf } from "../../support/plan.ts";

const chunks = (rows: number, name: "vector" | "halfvec" = "vector") =>
  tableOf({ target: "chunks", rows, columns: [{ target: "v", type: { name, dimensions: 768 } }] });

const hnsw = (element = '"v" vector_cosine_ops', options: string | null = null) =>
  indexOf({ name: "chunks_v_idx", elements: [element], method: "hnsw", options });

describe("the largest build", () => {
  it.each([
    // shared_buffers, maintenance_work_mem, what one build gets (MB)
    [128, 32, 256], // the stack's container of 512 MB, and a server that nobody has tuned: build and cache are 384 MB
    [64, 16, 128], // 256 MB
    [256, 64, 256], // 1 GB
    [2048, 512, 2048], // 8 GB
    [16, 4, 64],
    [128, 4096, 4096], // an administrator who has said so
  ])("%i MB of shared_buffers, maintenance_work_mem of %i MB: %i MB", (sharedBuffers, maintenanceWorkMem, largest) => {
    expect(largestBuild({ sharedBuffers, maintenanceWorkMem })).toBe(largest);
  });
});

describe("the size of a graph", () => {
  it("is a little above what pgvector was seen to need: 3,972 bytes a row of 768 dimensions, 2,440 of them as halfvec", () => {
    expect(graphSize(chunks(100_000), hnsw())).toBeGreaterThan((3790 * 100_000) / 2 ** 20);
    expect(graphSize(chunks(100_000), hnsw())).toBeLessThan((1.25 * 3790 * 100_000) / 2 ** 20);
    const asHalf = graphSize(chunks(100_000), hnsw('("v"::halfvec(768)) halfvec_cosine_ops'));
    expect(asHalf).toBeGreaterThan((2440 * 100_000) / 2 ** 20);
    expect(asHalf).toBe(graphSize(chunks(100_000, "halfvec"), hnsw()));
  });

  it("grows with m", () => {
    const size = (options: string) => graphSize(chunks(100_000), hnsw(undefined, options));
    expect(size("m = 16, ef_construction = 64")).toBe(graphSize(chunks(100_000), hnsw()));
    expect(size("ef_construction = 64, m = 48")).toBeGreaterThan(size("m = 16"));
  });
});

describe("a build", () => {
  const memory = { sharedBuffers: 256, maintenanceWorkMem: 64 };

  it("asks for no more than the graph needs: a parallel one reserves all of it", () => {
    const { settings, note } = buildSettings(chunks(20_000), hnsw(), memory);
    expect(settings["maintenance_work_mem"]).toMatch(/^(8|9)\dMB$/);
    expect(note).toBeNull();
  });

  it("that would like more than there is gets what there is, and says so", () => {
    const { settings, note } = buildSettings(chunks(200_000), hnsw(), memory);
    expect(settings["maintenance_work_mem"]).toBe("256MB");
    expect(note).toMatch(/^index chunks_v_idx would like \d{3} MB while it is built and gets 256 MB: /);
  });

  it("by ivfflat, which takes what it needs, may take all", () => {
    const index = indexOf({ name: "chunks_v_idx", elements: ['"v" vector_l2_ops'], method: "ivfflat" });
    expect(buildSettings(chunks(10), index, memory).settings["maintenance_work_mem"]).toBe("256MB");
  });
});

describe("the share of a build that is done", () => {
  const none = { blocksDone: 0, blocksTotal: 0, tuplesDone: 0, tuplesTotal: 0 };

  it.each([
    ["nothing yet", none, 0],
    ["half of the table read", { ...none, blocksDone: 50, blocksTotal: 100 }, 0.25],
    [
      "half of the entries loaded",
      { ...none, blocksDone: 100, blocksTotal: 100, tuplesDone: 5, tuplesTotal: 10 },
      0.75,
    ],
    ["entries of a graph, of 1,000 rows", { ...none, blocksDone: 9, blocksTotal: 10, tuplesDone: 400 }, 0.4],
    ["more entries than rows", { ...none, tuplesDone: 1200 }, 1],
  ])("%s", (_, progress, share) => {
    expect(shareDone(progress, 1000)).toBe(share);
  });
});
