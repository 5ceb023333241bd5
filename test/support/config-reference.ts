/** The keys of landbridge.yaml as a table for docs/configuration.md, made of the very schema that reads the file. */
import { configJsonSchema } from "../../src/plan/config.ts";

interface Node {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
}

export interface ConfigKey {
  /** e.g. `tables.<table>.columns.<column>.type`. */
  readonly path: string;
  readonly takes: string;
  readonly description: string;
}

/** What stands between `<` and `>` for the names that a user gives, by the key that they stand under. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ tables: "table", columns: "column", add: "column", search: "column", enums: "type", sources: "file" },
  ...{ rename: "name", triggers: "trigger", partitions: "partition", with: "parameter" },
};

const WORDS: Readonly<Record<string, string>> = { boolean: "true or false", integer: "whole number" };

/** A few words for a value; an object is its keys, which have lines of their own. */
const takes = (node: Node): string => {
  const several = node.anyOf ?? node.oneOf;
  if (several !== undefined) return [...new Set(several.map(takes))].join(" or ");
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(" ");
  if (node.type === "array") return `list of ${node.items === undefined ? "values" : plural(takes(node.items))}`;
  if (node.type === "object") return "keys";
  return [node.type ?? []]
    .flat()
    .map((type) => WORDS[type] ?? type)
    .join(" or ");
};

const plural = (word: string): string => (word === "string" ? "strings" : word === "keys" ? "entries" : word);

/** Every key in the schema's order; under `sources` those of a file are the ones at the top. */
export const configKeys = (): ConfigKey[] => {
  const keys = walk(configJsonSchema() as Node, "");
  const merged = new Map<string, ConfigKey>();
  for (const key of keys) {
    if (/^sources\.<file>\./.test(key.path)) continue;
    const before = merged.get(key.path);
    // A key of several alternatives, as those of `partition` are.
    merged.set(
      key.path,
      before === undefined
        ? key
        : {
            ...before,
            takes: joined(before.takes, key.takes, " or "),
            description: joined(before.description, key.description, " "),
          },
    );
  }
  return [...merged.values()];
};

const joined = (a: string, b: string, between: string): string =>
  b === "" || a.split(between).includes(b) || a.includes(b) ? a : a === "" ? b : `${a}${between}${b}`;

const walk = (node: Node, path: string): ConfigKey[] => [
  ...Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    entry(child, path === "" ? name : `${path}.${name}`, name),
  ),
  ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap((one) => walk(one, path)),
];

const entry = (node: Node, path: string, name: string): ConfigKey[] => {
  const own = { path, takes: takes(node), description: node.description ?? "" };
  const under = typeof node.additionalProperties === "object" ? node.additionalProperties : null;
  if (under !== null) {
    const each = `${path}.<${NAMES[name] ?? "name"}>`;
    const alone = walk(under, each);
    return [
      { ...own, takes: "names" },
      ...(alone.length > 0 ? alone : [{ path: each, takes: takes(under), description: "" }]),
    ];
  }
  const items = node.items === undefined ? [] : walk(node.items, `${path}[]`);
  return [own, ...items, ...walk(node, path)];
};

/** The table in Markdown, one key a line. */
export const configReference = (): string =>
  [
    "| Key | Takes | |",
    "|---|---|---|",
    ...configKeys().map(
      ({ path, takes: what, description }) => `| \`${path}\` | ${what} | ${description.replaceAll("|", "\\|")} |`,
    ),
  ].join("\n");
