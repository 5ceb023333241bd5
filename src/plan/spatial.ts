/**
 * R*Trees: their rows cross as a plain table, and a column of the box of each row, with a GiST index over it, takes the place of
 * the tree. The box is a cube: its bounds are the stored coordinates themselves and it compares them exactly, as the tree does;
 * PostgreSQL's own `box` holds two dimensions alone and calls bounds equal that differ by less than a millionth.
 */
import { quoteIdentifier } from "../target/quote.ts";
import type { TableDraft } from "./drafts/model.ts";
import type { Extras, ExtrasContext } from "./extras.ts";
import { newIndex } from "./new-index.ts";

const NOTHING: Extras = { added: [], indexes: [], extensions: [] };

/** Whether a virtual table of this module is an R*Tree. */
export const isSpatial = (module: string | null): boolean => module === "rtree" || module === "rtree_i32";

/** The box and its index, or a warning where the target has no extension cube or the coordinates do not cross as numbers. */
export const planSpatial = (context: ExtrasContext): Extras => {
  const { draft, findings, names } = context;
  if (!isSpatial(draft.table.module)) return NOTHING;
  const pairs = coordinatePairs(draft);
  if (pairs === null || context.available?.has("cube") === false) {
    findings.add(
      "RTREE_AS_ROWS",
      "warning",
      draft.table.name,
      `an R*Tree: its rows cross as a plain table without the index over their boxes, because ${pairs === null ? "its coordinates do not cross as numbers" : "the server does not have the extension cube"}`,
      "Install cube (PostgreSQL's contrib package) and run again, or add an index by hand where the application searches by area.",
    );
    return NOTHING;
  }
  const corner = (side: 0 | 1): string => `ARRAY[${pairs.map((pair) => `${pair[side]}::double precision`).join(", ")}]`;
  const target = freeName(new Set([...draft.columns, ...context.added].map((column) => column.target)));
  const name = names.claim(`${draft.target}_${target}_idx`);
  const box = quoteIdentifier(target);
  findings.add(
    "RTREE_TRANSLATED",
    "info",
    draft.table.name,
    `an R*Tree of ${pairs.length} ${pairs.length === 1 ? "dimension" : "dimensions"}: its rows cross, and the added column ${target} (cube) with a GiST index takes the place of the tree`,
    `Search by area with ${box} && cube(ARRAY[least bounds]::float8[], ARRAY[greatest bounds]::float8[]) for what touches it, <@ for what lies within.`,
  );
  return {
    added: [
      {
        target,
        type: "cube",
        notNull: false,
        default: null,
        generated: `cube(${corner(0)}, ${corner(1)})`,
        reason: "the box of the R*Tree's row, for the index that takes the tree's place",
      },
    ],
    indexes: [newIndex(name, "gist", [box])],
    extensions: ["cube"],
  };
};

/**
 * The least and greatest bound of each dimension, quoted; null where one of them is missing or no number. SQLite declares
 * coordinates itself: behind the id, in pairs, as REAL or INT; auxiliary columns have no declared type.
 */
const coordinatePairs = ({ table, columns }: TableDraft): readonly (readonly [string, string])[] | null => {
  const declared = table.module === "rtree_i32" ? "INT" : "REAL";
  const [, ...behindId] = table.columns;
  const end = behindId.findIndex(({ declaredType }) => declaredType !== declared);
  const bounds = (end < 0 ? behindId : behindId.slice(0, end)).map(({ name }) =>
    columns.find(({ column }) => column.name === name),
  );
  const targets = bounds.flatMap((draft) =>
    draft !== undefined && NUMBERS.has(draft.choice.type.name) ? [quoteIdentifier(draft.target)] : [],
  );
  if (targets.length !== bounds.length || targets.length === 0 || targets.length % 2 !== 0) return null;
  return Array.from({ length: targets.length / 2 }, (_, i) => [targets[2 * i]!, targets[2 * i + 1]!] as const);
};

const NUMBERS: ReadonlySet<string> = new Set(["smallint", "integer", "bigint", "double precision"]);

const freeName = (taken: ReadonlySet<string>): string => {
  let name = "box";
  for (let n = 1; taken.has(name); n += 1) name = `box_${n}`;
  return name;
};
