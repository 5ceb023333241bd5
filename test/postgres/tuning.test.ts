/** Real servers of each version start with the tuning of a small machine, and say of each parameter what the tuning says of it. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Parameter, Phase } from "../../infra/tuning/model.ts";
import { asServerArguments } from "../../infra/tuning/server-arguments.ts";
import { tune } from "../../infra/tuning.ts";
import { connect } from "../../src/target/connect.ts";
import { type Embedded, startEmbedded } from "../../src/target/embedded/embedded.ts";

const directory = await mkdtemp(join(tmpdir(), "landbridge-tuning-"));
const servers: Embedded[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const tuned = (version: string, phase: Phase): readonly Parameter[] =>
  tune({ memoryBytes: 2 ** 29, cores: 2, storage: "ssd", majorVersion: Number(version) }, phase);

/** What stands behind `-c`, name and value apart. */
const settings = (parameters: readonly Parameter[]): Record<string, string> =>
  Object.fromEntries(
    asServerArguments(parameters)
      .filter((text) => text !== "-c")
      .map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
  );

interface Setting {
  readonly name: string;
  readonly setting: string;
  readonly unit: string | null;
  readonly context: string;
  readonly source: string;
}

/** Asked by a plain session: the engine's own sets a time zone and the like. */
const settingsOf = async ({ target }: Embedded): Promise<ReadonlyMap<string, Setting>> => {
  const client = await connect(target, "test");
  try {
    await client.query("RESET ALL");
    const { rows } = await client.query<Setting>("SELECT name, setting, unit, context, source FROM pg_settings");
    return new Map(rows.map((row) => [row.name, row]));
  } finally {
    await client.end();
  }
};

const asSetting = ({ value }: Parameter): string => (typeof value === "boolean" ? (value ? "on" : "off") : `${value}`);

describe.each(["15", "16", "17", "18"] as const)("PostgreSQL %s", (version) => {
  it.each(["load", "serve"] as const)("takes every parameter of phase %s, as it is meant", async (phase) => {
    const parameters = tuned(version, phase);
    const server = await startEmbedded({
      directory: join(directory, `${version}-${phase}`),
      version,
      environment: process.env,
      parameters: settings(parameters),
    });
    servers.push(server);
    const found = await settingsOf(server);
    const seen = parameters.map(({ name }) => {
      const { setting, unit, context, source } = found.get(name) as Setting;
      return { name, setting, unit, static: context === "postmaster", source };
    });
    const meant = parameters.map((parameter) => ({
      name: parameter.name,
      setting: asSetting(parameter),
      unit: parameter.unit,
      static: parameter.applyMethod === "pending-reboot",
      source: "command line",
    }));
    expect(seen).toEqual(meant);
  });
});
