/** JSON as a canonical text with exact numbers: members sorted, escapes resolved, a key twice marked. */
import { exactDecimal } from "./numbers.ts";

/** What a canonical JSON text has where an object repeats a key: it equals no document of jsonb. */
export const REPEATED_KEY = "<key twice>";

const TOKEN =
  /[ \t\n\r]*([[\]{}:,]|"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

interface Open {
  readonly object: boolean;
  readonly parts: string[];
  readonly keys: Set<string>;
  key: string;
}

type Expects = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "nothing";

/** The canonical text, or null where it is no JSON. Not recursive: depth is no limit. */
export const canonicalJson = (text: string): string | null => {
  try {
    return new Reader(text).read();
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

class Reader {
  readonly #text: string;
  readonly #open: Open[] = [];
  #expects: Expects = "value";
  #result = "";

  constructor(text: string) {
    this.#text = text;
  }

  read(): string {
    TOKEN.lastIndex = 0;
    for (;;) {
      const at = TOKEN.lastIndex;
      const token = TOKEN.exec(this.#text)?.[1];
      if (token !== undefined) this.#take(token);
      else if (this.#expects === "nothing" && /^[ \t\n\r]*$/.test(this.#text.slice(at))) return this.#result;
      else throw new SyntaxError("no JSON");
    }
  }

  #take(token: string): void {
    const top = this.#open.at(-1);
    if (token === "]" || token === "}") this.#close(token === "}");
    else if (token === ",") this.#go(["comma or end"], top?.object ? "key" : "value");
    else if (token === ":") this.#go(["colon"], "value");
    else if (top?.object && this.#expects.startsWith("key")) {
      if (!token.startsWith('"')) throw new SyntaxError("no key");
      top.key = JSON.stringify(JSON.parse(token));
      top.keys.add(top.key);
      this.#expects = "colon";
    } else if (token === "[" || token === "{") {
      this.#go(["value", "value or end"], token === "{" ? "key or end" : "value or end");
      this.#open.push({ object: token === "{", parts: [], keys: new Set(), key: "" });
    } else {
      this.#go(["value", "value or end"], "nothing");
      this.#value(token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : (exactDecimal(token) ?? token));
    }
  }

  #go(from: readonly Expects[], to: Expects): void {
    if (!from.includes(this.#expects)) throw new SyntaxError("misplaced");
    this.#expects = to;
  }

  #close(object: boolean): void {
    const top = this.#open.pop();
    if (top?.object !== object) throw new SyntaxError("misplaced");
    this.#go(["comma or end", object ? "key or end" : "value or end"], "nothing");
    const twice = object && top.keys.size < top.parts.length ? REPEATED_KEY : "";
    this.#value(object ? `{${top.parts.sort().join(",")}${twice}}` : `[${top.parts.join(",")}]`);
  }

  #value(value: string): void {
    const top = this.#open.at(-1);
    if (top) top.parts.push(top.object ? `${top.key}:${value}` : value);
    else this.#result = value;
    this.#expects = top ? "comma or end" : "nothing";
  }
}
