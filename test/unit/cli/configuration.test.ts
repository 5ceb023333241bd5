/** docs/configuration.md knows every key of landbridge.yaml; LANDBRIDGE_WRITE_DOCS writes the list, to be read before it is kept. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configSchema, parseConfig } from "../../../src/plan/config.ts";
import { configKeys, configReference } from "../../support/config-reference.ts";

const file = join(import.meta.dirname, "../../../docs/configuration.md");
const between = /(<!-- keys: .*? -->\n\n)([\s\S]*?)(\n?<!-- \/keys -->)/;

if (process.env["LANDBRIDGE_WRITE_DOCS"] !== undefined)
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(between, (_, start, __, end) => `${start}${configReference()}\n${end}`),
  );
const text = readFileSync(file, "utf8");

describe("docs/configuration.md", () => {
  it("lists every key of the schema, with what it takes", () => {
    expect(configKeys().length).toBeGreaterThan(50);
    expect(between.exec(text)?.[2]?.trim()).toBe(configReference());
  });

  it("says something of every key but those whose words are in the line above", () => {
    const silent = configKeys().filter(
      ({ description, takes, path }) => description === "" && takes !== "keys" && !path.endsWith(">"),
    );
    expect(silent.map(({ path }) => path)).toEqual(["rehearsal.queries[].sqlite", "rehearsal.queries[].postgres"]);
  });

  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml!);

  it.each(examples.map((yaml) => [yaml.split("\n")[0]!, yaml]))("has an example that is valid: %s", (_, yaml) => {
    expect(configSchema.safeParse(parseConfig(yaml, "landbridge.yaml")).success).toBe(true);
  });

  it("has examples at all", () => {
    expect(examples.length).toBeGreaterThan(4);
  });
});
