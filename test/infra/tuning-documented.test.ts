/** docs/tuning.md shows what the code does. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Parameter } from "../../infra/tuning/model.ts";
import { asRdsParameters } from "../../infra/tuning/rds.ts";
import { asServerArguments } from "../../infra/tuning/server-arguments.ts";
import { tune } from "../../infra/tuning.ts";

const page = readFileSync(new URL("../../docs/tuning.md", import.meta.url), "utf8");
const machine = (gigabytes: number) =>
  ({ memoryBytes: gigabytes * 2 ** 30, cores: 2, storage: "ssd", majorVersion: 18 }) as const;

const shown = (parameter: Parameter): string =>
  asServerArguments([parameter])[1]?.slice(parameter.name.length + 1) ?? "";

it("the table has a row for each parameter, with its values, its need of a restart and its reason", () => {
  const four = tune(machine(4), "serve");
  const eight = tune(machine(8), "serve");
  const load = tune(machine(8), "load");
  const rows = eight.map((parameter, at) => {
    const { name, applyMethod, why } = parameter;
    const [small, large, loading] = [four, eight, load].map((parameters) => shown(parameters[at] as Parameter));
    const cells = [
      `\`${name}\``,
      small === large ? `\`${large}\`` : `\`${small}\` / \`${large}\``,
      loading === large ? "" : `\`${loading}\``,
      applyMethod === "immediate" ? "" : "yes",
      why,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const table = page
    .split("\n")
    .filter((line) => /^\| `[a-z_]+` \|.*\|$/i.test(line) && line.split(" | ").length === 5);
  expect(table).toEqual(rows);
});

it("the parameter group of RDS is shown as it is made", () => {
  const network = { ...machine(8), storage: "network" } as const;
  const lines = asRdsParameters(tune(network, "serve"), 18).map(({ name, value, applyMethod }) =>
    [name.padEnd(34), value.padEnd(46), applyMethod].join(""),
  );
  expect(page).toContain(lines.map((line) => `    ${line}`).join("\n"));
});
