/** JSON texts as canonical jsonb: parsed here character by character, numbers as exact decimals, duplicate keys kept. */
import type { Policies } from "../../plan/model.ts";
import type { Encoding } from "../../source/model.ts";
import { RowBuffer } from "../row-buffer.ts";
import { writeDecimal } from "./decimal.ts";
import { cleaner, numberAsText } from "./text.ts";
import { refuse, type SourceValue, type SourceWriter, UndecodableText } from "./value.ts";

class NotJson extends Error {}
/** JSON that only jsonb cannot hold: U+0000 and lone surrogates. */
class NotJsonb extends Error {}

/** jsonb takes far less; deeper texts are json alone. */
const MAX_DEPTH = 20_000;

/** TEXT that is JSON, and numbers that stand for JSON numbers → json (by bytes), jsonb (by value). */
export const json = (
  type: "json" | "jsonb",
  numbers: boolean,
  notNull: boolean,
  policies: Policies,
  encoding: Encoding,
): SourceWriter => {
  const clean = cleaner(policies, encoding);
  const scratch = new RowBuffer(1024);
  const nullsInvalid = policies.invalidJson === "null" && !notNull;
  const documentOf = (value: SourceValue, out: RowBuffer): string | null => {
    if (typeof value === "string" || value instanceof UndecodableText) return clean(value, out);
    const isNumber = typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
    return numbers && isNumber ? numberAsText(value) : null;
  };
  return (value, out) => {
    const wasCleaned = out.cleaned;
    const document = documentOf(value, out);
    scratch.length = 0;
    // No document: undecodable text has a policy of its own, and no policy turns bytes or infinities into NULL.
    const verdict = document === null ? "refused" : readJson(document, scratch);
    if (document !== null && (verdict === "json" || (verdict === "json only" && type === "json"))) {
      if (type === "json") {
        scratch.length = 0;
        scratch.utf8(document);
      }
      out.int32(scratch.length);
      out.copy(scratch.bytes, 0, scratch.length);
      return;
    }
    out.cleaned = wasCleaned;
    if (verdict !== "not json" || !nullsInvalid) return refuse(value, out);
    out.cleaned = true;
    out.nothing();
  };
};

type Verdict = "json" | "json only" | "not json" | "refused";

const readJson = (text: string, out: RowBuffer): Verdict => {
  try {
    new JsonText(text, out).document();
    return "json";
  } catch (error) {
    if (error instanceof NotJson) return "not json";
    // Nested so deep that this parser's stack ends, where jsonb's does too; json is compared by its bytes all the same.
    if (error instanceof NotJsonb || error instanceof RangeError) return isJson(text) ? "json only" : "not json";
    throw error;
  }
};

/** The rest of a text may still be no JSON at all. */
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them within strings.
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** A recursive descent over one text that writes canonical jsonb as it goes. */
class JsonText {
  private at = 0;
  private depth = 0;
  private readonly text: string;
  private readonly out: RowBuffer;

  constructor(text: string, out: RowBuffer) {
    this.text = text;
    this.out = out;
  }

  document(): void {
    this.space();
    this.value();
    this.space();
    if (this.at !== this.text.length) throw new NotJson();
  }

  private value(): void {
    switch (this.text[this.at]) {
      case "{":
        this.object();
        break;
      case "[":
        this.array();
        break;
      case '"':
        this.out.byte(0x22);
        this.string();
        break;
      case "t":
        this.word("true");
        break;
      case "f":
        this.word("false");
        break;
      case "n":
        this.word("null");
        break;
      default:
        this.number();
        break;
    }
  }

  private word(word: string): void {
    if (!this.text.startsWith(word, this.at)) throw new NotJson();
    this.at += word.length;
    this.out.byte(word.charCodeAt(0));
  }

  private number(): void {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (found === null) throw new NotJson();
    this.at = NUMBER.lastIndex;
    this.out.byte(0x23);
    this.measured(() => writeDecimal(found[0], this.out));
  }

  /** Writes what `write` writes behind its length. */
  private measured(write: () => void): void {
    const before = this.out.length;
    this.out.int32(0);
    write();
    this.out.patchInt32(before, this.out.length - before - 4);
  }

  private string(): void {
    const decoded = this.decodeString();
    if (decoded.includes("\0") || !decoded.isWellFormed()) throw new NotJsonb();
    this.measured(() => this.out.utf8(decoded));
  }

  private decodeString(): string {
    let decoded = "";
    for (this.at++; ; ) {
      PLAIN.lastIndex = this.at;
      decoded += PLAIN.exec(this.text)![0];
      this.at = PLAIN.lastIndex;
      const stop = this.text[this.at++];
      if (stop === '"') return decoded;
      if (stop !== "\\") throw new NotJson();
      decoded += this.escape();
    }
  }

  private escape(): string {
    const letter = this.text[this.at++] ?? "";
    if (letter !== "u") {
      const character = ESCAPES[letter];
      if (character === undefined) throw new NotJson();
      return character;
    }
    const hex = this.text.slice(this.at, this.at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw new NotJson();
    this.at += 4;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private array(): void {
    this.enter(0x5b);
    const count = this.out.length;
    this.out.int32(0);
    let elements = 0;
    if (!this.closes("]"))
      do {
        this.space();
        this.value();
        elements++;
      } while (this.goesOn("]"));
    this.out.patchInt32(count, elements);
    this.depth--;
  }

  private object(): void {
    this.enter(0x7b);
    const count = this.out.length;
    this.out.int32(0);
    const members: number[] = [];
    if (!this.closes("}"))
      do {
        members.push(this.out.length);
        this.member();
      } while (this.goesOn("}"));
    this.out.patchInt32(count, members.length);
    sortMembers(members, this.out);
    this.depth--;
  }

  private member(): void {
    this.space();
    if (this.text[this.at] !== '"') throw new NotJson();
    this.string();
    this.space();
    if (this.text[this.at++] !== ":") throw new NotJson();
    this.space();
    this.value();
  }

  private enter(kind: number): void {
    if (++this.depth > MAX_DEPTH) throw new RangeError("nested too deeply");
    this.at++;
    this.out.byte(kind);
  }

  private closes(end: string): boolean {
    this.space();
    if (this.text[this.at] !== end) return false;
    this.at++;
    return true;
  }

  private goesOn(end: string): boolean {
    this.space();
    const next = this.text[this.at++];
    if (next === ",") return true;
    if (next === end) return false;
    throw new NotJson();
  }

  private space(): void {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.at++;
    }
  }
}

/** Puts the members that begin at `starts` (and end with the buffer) into the order of their bytes. */
const sortMembers = (starts: readonly number[], out: RowBuffer): void => {
  if (starts.length < 2) return;
  const members = starts.map((start, index) => out.bytes.subarray(start, starts[index + 1] ?? out.length));
  if (members.every((member, index) => index === 0 || Buffer.compare(members[index - 1]!, member) <= 0)) return;
  const sorted = Buffer.concat(members.toSorted(Buffer.compare));
  sorted.copy(out.bytes, starts[0]!);
};
