/** Which columns become vectors, with pgvector, without it, and where nobody has asked: no server is needed to know. */
import { expect, it } from "vitest";
import { buildPlan } from "../../../src/plan/build.ts";
import type { Config } from "../../../src/plan/config.ts";
import { renderScript } from "../../../src/plan/ddl/ddl.ts";
import type { Plan } from "../../../src/plan/model.ts";
import { mayHoldVectors } from "../../../src/plan/vectors/evidence.ts";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import { openSnapshot } from "../../../src/source/open.ts";
import { profileSource } from "../../../src/source/profile.ts";
import { sqliteFile } from "../../support/sqlite.ts";

const WITH = new Set(["vector"]);
const WITHOUT = new Set<string>();

const survey = async (sql: string) => {
  const db = openSnapshot(sqliteFile(sql));
  const catalogue = readCatalogue(db);
  const profile = await profileSource(db, catalogue, { emit: () => undefined });
  db.close();
  return { catalogue, profile };
};

const plan = async (sql: string, extensions: ReadonlySet<string> | null, config: Config = {}): Promise<Plan> => {
  const { catalogue, profile } = await survey(sql);
  return buildPlan({
    ...{ catalogue, profile, config, only: [], violations: {}, landbridge: "0" },
    source: { sha256: "0", bytes: 0, encoding: catalogue.encoding },
    capabilities: extensions === null ? null : { extensions },
  });
};

const ddl = (made: Plan): string[] =>
  renderScript(made)
    .split("\n")
    .filter((line) => /vector|halfvec|real|smallint|bit|double|bytea|text/.test(line))
    .map((line) => line.trim())
    .sort();

const told = ({ findings }: Plan): string[] =>
  findings.map(({ severity, code, where }) => `${severity} ${code} ${where}`).sort();

const VEC0 = `CREATE VIRTUAL TABLE docs USING vec0(v float[3] distance_metric=L1, h int8[4], b bit[8]);
  INSERT INTO docs (v, h, b) VALUES ('[1, 2, 3]', vec_int8('[1, 2, 3, 4]'), vec_bit(x'01'));`;

/** Eight embeddings of eight numbers; `cast` makes blobs of them. */
const embeddings = (cast = "", declared = "BLOB", expression = "sin(k.value + r.value)"): string =>
  `CREATE TABLE memory (id INTEGER PRIMARY KEY, e ${declared});
   INSERT INTO memory SELECT r.value, ${cast}((SELECT json_group_array(${expression}) FROM generate AS k))
     FROM generate AS r;`.replaceAll("generate", "json_each('[1,2,3,4,5,6,7,8]')");

it("vec0's columns become pgvector's, each with an index by its own distance", async () => {
  const made = await plan(VEC0, WITH);
  expect(made.extensions).toEqual(["vector"]);
  expect(ddl(made)).toEqual([
    '"b" bit(8)',
    '"h" halfvec(4),',
    '"v" vector(3),',
    'CREATE EXTENSION IF NOT EXISTS "vector";',
    'CREATE INDEX "docs_b_idx" ON "public"."docs" USING hnsw ("b" bit_hamming_ops);',
    'CREATE INDEX "docs_h_idx" ON "public"."docs" USING hnsw ("h" halfvec_l2_ops);',
    'CREATE INDEX "docs_v_idx" ON "public"."docs" USING hnsw ("v" vector_l1_ops);',
  ]);
  expect(told(made)).toEqual(["info VECTOR_TABLE_AS_ROWS docs"]);
});

it("without pgvector they become arrays and bits, without an index, and that is said", async () => {
  const made = await plan(VEC0, WITHOUT);
  expect(made.extensions).toEqual([]);
  expect(ddl(made)).toEqual(['"b" bit(8)', '"h" smallint[],', '"v" real[],']);
  expect(told(made)).toEqual([
    "info VECTOR_TABLE_AS_ROWS docs",
    "warning VECTOR_EXTENSION_MISSING docs.b",
    "warning VECTOR_EXTENSION_MISSING docs.h",
    "warning VECTOR_EXTENSION_MISSING docs.v",
  ]);
});

it("without pgvector embeddings in JSON stay what they are, and that is said, whether or not they were accepted", async () => {
  for (const accept of [[], ["JSON_HOLDS_VECTOR"]])
    expect(told(await plan(embeddings("", "JSON"), WITHOUT, { accept }))).toContain(
      "warning VECTOR_EXTENSION_MISSING memory.e",
    );
  expect(told(await plan(embeddings("", "JSON"), WITH)).join()).not.toContain("MISSING");
});

it("where nobody has asked the target it is taken to have pgvector, and that is said", async () => {
  const made = await plan(VEC0, null);
  expect(made.extensions).toEqual(["vector"]);
  expect(told(made).filter((line) => line.includes("NEEDED"))).toHaveLength(3);
});

it.each([
  ["float32 BLOBs", embeddings("vec_f32"), WITH, "BLOB_HOLDS_VECTOR", '"e" vector(8)'],
  ["float32 BLOBs", embeddings("vec_f32"), WITHOUT, "BLOB_HOLDS_VECTOR", '"e" real[]'],
  ["JSON arrays", embeddings("", "TEXT"), WITH, "JSON_HOLDS_VECTOR", '"e" vector(8)'],
  ["JSON arrays", embeddings("", "JSON"), WITH, "JSON_HOLDS_VECTOR", '"e" vector(8)'],
  [
    "JSON arrays",
    embeddings("", "TEXT", "(k.value + r.value) / 4.0"),
    WITHOUT,
    "JSON_HOLDS_ARRAY",
    '"e" double precision[]',
  ],
] as const)("%s are proposed, and taken where the user says so", async (_what, sql, extensions, code, line) => {
  const proposed = await plan(sql, extensions);
  expect(told(proposed)).toContain(`suggestion ${code} memory.e`);
  expect(proposed.extensions).toEqual([]);
  const taken = await plan(sql, extensions, { accept: "suggestions" });
  expect(ddl(taken)).toContain(line);
  expect(taken.extensions).toEqual(line.includes("vector") ? ["vector"] : []);
});

it("says how many embeddings hold numbers that a vector rounds", async () => {
  const { findings } = await plan(embeddings("", "TEXT"), WITH);
  expect(findings.find(({ code }) => code === "JSON_HOLDS_VECTOR")?.message).toBe(
    "all 8 values are JSON arrays of numbers, 8 each; vector holds float4, so the numbers of 8 are rounded to the nearest",
  );
  const exact = await plan(embeddings("", "TEXT", "(k.value + r.value) / 4.0"), WITH);
  expect(exact.findings.find(({ code }) => code === "JSON_HOLDS_VECTOR")?.message).toBe(
    "all 8 values are JSON arrays of numbers, 8 each",
  );
});

it.each([
  ["lists of whole numbers", embeddings("", "TEXT", "k.value + r.value")],
  [
    "a hash of 32 bytes",
    "CREATE TABLE memory (id INTEGER PRIMARY KEY, e BLOB); INSERT INTO memory SELECT value, unhex(format('%064x', value * 7919)) FROM json_each('[1,2,3,4,5,6,7,8,9]');",
  ],
  [
    "texts in BLOBs",
    "CREATE TABLE memory (id INTEGER PRIMARY KEY, e BLOB); INSERT INTO memory SELECT value, CAST(format('%064d', value * 7919) AS BLOB) FROM json_each('[1,2,3,4,5,6,7,8,9]');",
  ],
  [
    "too few to tell",
    "CREATE TABLE memory (id INTEGER PRIMARY KEY, e BLOB); INSERT INTO memory VALUES (1, vec_f32('[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8]'));",
  ],
])("does not take %s for vectors", async (_what, sql) => {
  const { catalogue, profile } = await survey(sql);
  expect(mayHoldVectors(catalogue, profile, {})).toBe(false);
  expect(told(await plan(sql, WITH)).filter((line) => line.includes("VECTOR"))).toEqual([]);
});

it("embeddings of several lengths stay as they are, with a census", async () => {
  const made = await plan(
    `${embeddings("vec_f32")} INSERT INTO memory VALUES (9, vec_f32('[1,2,3,4,5,6,7,8,9.5]'));`,
    WITH,
    {
      accept: "suggestions",
    },
  );
  expect(ddl(made)).toContain('"e" bytea');
  expect(made.findings.find(({ code }) => code === "VECTOR_DIMENSIONS_DIFFER")?.message).toBe(
    "all 9 values are BLOBs of packed float32 numbers, but not of one length: 8 elements (8 values), 9 elements (1 value)",
  );
});

it("an index by config takes the place of the one that is assumed", async () => {
  const made = await plan(embeddings("vec_f32"), WITH, {
    accept: "suggestions",
    tables: { memory: { indexes: [{ columns: ["e"], method: "hnsw", opclass: "vector_ip_ops" }] } },
  });
  expect(made.tables[0]?.indexes.map(({ elements }) => elements.join().replaceAll('"', ""))).toEqual([
    "e vector_ip_ops",
  ]);
  expect(told(made)).not.toContain("info VECTOR_METRIC_ASSUMED memory.e");
});

it.each([
  ["vector(8)", '"e" vector(8)'],
  ["halfvec(8)", '"e" halfvec(8)'],
  ["bit(256)", '"e" bit(256)'],
  ["real[]", '"e" real[]'],
])("type: %s in landbridge.yaml", async (type, line) => {
  const made = await plan(embeddings("vec_f32"), WITH, { tables: { memory: { columns: { e: { type } } } } });
  expect(ddl(made)).toContain(line);
});

it.each(["vector", "vector(0)", "vector(16001)", "halfvec(1.5)"])("type: %s is refused", async (type) => {
  await expect(
    plan(embeddings("vec_f32"), WITH, { tables: { memory: { columns: { e: { type } } } } }),
  ).rejects.toMatchObject({
    code: "TYPE_UNKNOWN",
  });
});
