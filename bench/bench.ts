/**
 * The comparison, in one run on one machine: the limit (server-side COPY of prepared binary files), Landbridge's copy, its
 * whole proven job, and each peer that is installed. Prints seconds and ratios; asserts nothing.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { migrate } from "../src/migrate.ts";
import { parseSettings } from "../src/settings.ts";
import { connect } from "../src/target/connect.ts";
import { startEmbedded } from "../src/target/embedded/embedded.ts";
import { benchDatabase } from "./data.ts";
import { measureLimit } from "./limit.ts";
import { measurePeer, PEERS } from "./peers.ts";

const HELP = `Usage: npm run bench -- [--scale N] [--jobs N] [--runs N] [--peer-limit SECONDS]

  --scale N   size of the data: 1 is about 580 MB and 2.32 million rows (default 0.25)
  --jobs N    workers of Landbridge's copy (default: by the number of cores)
  --runs N    times Landbridge and the limit are measured; the median counts (default 3)
  --peer-limit SECONDS   how long a peer may take (default 300)
`;

const { values } = parseArgs({
  options: {
    scale: { type: "string", default: "0.25" },
    jobs: { type: "string" },
    runs: { type: "string", default: "3" },
    "peer-limit": { type: "string", default: "300" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const scale = Number(values.scale);
const runs = Number(values.runs);
const root = join(import.meta.dirname, "data");
const file = benchDatabase(join(root, `bench-${scale}.sqlite`), scale);
const work = mkdtempSync(join(tmpdir(), "landbridge-bench-"));
const server = await startEmbedded({ directory: join(work, ".landbridge"), environment: process.env });

try {
  const copies: number[] = [];
  const jobs: number[] = [];
  const limits: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const schema = `bench_${run}`;
    const settings = parseSettings({
      source: file,
      schema,
      jobs: values.jobs,
      cwd: work,
      environment: process.env,
      cores: (await import("node:os")).availableParallelism(),
    });
    const started = performance.now();
    const report = await migrate(settings, { emit: () => undefined, signal: new AbortController().signal });
    if (report.exitCode !== 0)
      throw new Error(`the crossing ended with ${report.status}: ${JSON.stringify(report.errors)}`);
    jobs.push((performance.now() - started) / 1000);
    copies.push(report.timings.copy ?? Number.NaN);
    console.log(
      `run ${run + 1}: ${Object.entries(report.timings)
        .map(([step, seconds]) => `${step} ${seconds.toFixed(2)}`)
        .join("  ")}`,
    );
    const client = await connect(server.target, "bench");
    limits.push(await measureLimit(client, schema, join(tmpdir(), "landbridge-bench-files")));
    await client.query(`DROP SCHEMA ${schema} CASCADE; DELETE FROM landbridge.slices; DELETE FROM landbridge.runs`);
    await client.end();
  }
  const limit = median(limits);
  const line = (name: string, seconds: number, note = ""): void =>
    console.log(
      `${name.padEnd(44)} ${seconds.toFixed(2).padStart(8)} s  ${(seconds / limit).toFixed(2).padStart(6)} × limit  ${note}`.trimEnd(),
    );
  console.log(`\n${(statSync(file).size / 1e6).toFixed(0)} MB, scale ${scale}, median of ${runs}`);
  line("limit: server-side binary COPY FROM", limit);
  line("Landbridge: copy", median(copies));
  line("Landbridge: whole job, proven", median(jobs));
  for (const peer of PEERS) {
    const measured = await measurePeer(peer, file, server.target, Number(values["peer-limit"]));
    if ("seconds" in measured) line(peer.name, measured.seconds, peer.note);
    else console.log(`${peer.name.padEnd(44)} ${"—".padStart(8)}    ${measured.problem}`);
  }
} finally {
  await server.stop();
  rmSync(work, { recursive: true, force: true });
}
