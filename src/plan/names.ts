/**
 * Names on the way from SQLite to PostgreSQL: kept by default, folded by choice, never cut in silence. PostgreSQL cuts at 63
 * bytes without an error, shares one namespace among tables, indexes and views, and reserves system columns.
 */
import { createHash } from "node:crypto";
import { refusal } from "../errors.ts";

export type NamePolicy = "preserve" | "lower" | "snake";

/** PostgreSQL's NAMEDATALEN − 1, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 63;

/** Whether PostgreSQL holds a name as it is. */
export const isName = (name: string): boolean =>
  name !== "" && Buffer.byteLength(name) <= MAX_NAME_BYTES && !name.includes("\0");

/** PostgreSQL holds a label as it holds a name. */
export const isLabel = (label: string): boolean => Buffer.byteLength(label) <= MAX_NAME_BYTES && !label.includes("\0");

/** Whether tables may be loaded into a schema of this name: the ledger's own schema and PostgreSQL's are nobody's target. */
export const isTargetSchema = (name: string): boolean =>
  isName(name) && name !== "landbridge" && !/^pg_|^information_schema$/.test(name);

/** Cuts by whole characters, so that no half of one is left at the end. */
export const cutToBytes = (text: string, bytes: number): string => {
  let kept = "";
  let size = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept;
};

/** Column names that every PostgreSQL table has already. */
const SYSTEM_COLUMNS = new Set(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]);

const snake = (name: string): string =>
  name
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1_$2")
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .replaceAll(/[^\p{L}\p{N}_$]+/gu, "_")
    .toLowerCase();

/**
 * Cuts to 63 bytes on a character's border; the last nine bytes become a hash of the whole name, so that two long names stay
 * two.
 */
const shorten = (name: string): string => {
  const bytes = Buffer.from(name, "utf8");
  if (bytes.length <= MAX_NAME_BYTES) return name;
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  let end = MAX_NAME_BYTES - 9;
  // 10xxxxxx marks the inside of a UTF-8 character.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.subarray(0, end).toString("utf8")}_${hash}`;
};

/** A name by the policy, at most 63 bytes; an empty one becomes `unnamed`. Deterministic, but not yet unique. */
export const foldName = (name: string, policy: NamePolicy): string => {
  const folded = policy === "preserve" ? name : policy === "lower" ? name.toLowerCase() : snake(name);
  return shorten(folded === "" ? "unnamed" : folded);
};

/** A column's name; a system column's name gets an underscore behind it. */
export const foldColumnName = (name: string, policy: NamePolicy): string => {
  const folded = foldName(name, policy);
  return SYSTEM_COLUMNS.has(folded) ? `${folded}_` : folded;
};

/** One namespace (a schema's relations, or a table's columns) in which every name is handed out once. */
export class Namespace {
  readonly #taken = new Set<string>();
  readonly #renamed: ReadonlyMap<string, string>;
  readonly #unused: Set<string>;

  /** @param renamed the user's names, by those that would be handed out */
  constructor(renamed: Readonly<Record<string, string>> = {}) {
    this.#renamed = new Map(Object.entries(renamed));
    this.#unused = new Set(this.#renamed.keys());
  }

  /**
   * Takes the first of `wanted`, `wanted_1`, `wanted_2` … that is free; or the user's name in its place.
   * @throws LandbridgeError NAMES_COLLIDE (refused) where the user's name is taken
   */
  claim(wanted: string): string {
    // SQLite allows an index or a constraint without any letter in its name; PostgreSQL does not.
    const plain = this.#free(shorten(wanted === "" ? "unnamed" : wanted));
    const named = this.#renamed.get(plain) ?? plain;
    if (named !== plain && this.#taken.has(named)) throw renamedTwice(plain, named);
    this.#unused.delete(plain);
    this.#taken.add(named);
    return named;
  }

  /** Takes a name that stands already: nothing is renamed. */
  take(name: string): void {
    this.#taken.add(name);
  }

  /** The user's names that nothing has asked for. */
  get unused(): readonly string[] {
    return [...this.#unused];
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let n = 1; this.#taken.has(name); n += 1) name = shorten(`${wanted}_${n}`);
    return name;
  }
}

const renamedTwice = (plain: string, named: string) =>
  refusal({
    code: "NAMES_COLLIDE",
    message: `"${plain}" is to be called "${named}", but that name is taken.`,
    remedy: "Give it another name under `rename:` in landbridge.yaml.",
  });
