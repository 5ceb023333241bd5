/** A place in a list of tokens: what every parsing function takes, reads from and moves. */
import { significantTokens } from "../../source/catalogue/tokens.ts";
import type { Token } from "../../source/lexer.ts";
import { refuse } from "./untranslatable.ts";

export class Cursor {
  readonly #sql: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  /** Gives up at once on SQL with characters that SQLite itself would not accept. */
  constructor(sql: string) {
    this.#sql = sql;
    this.#tokens = significantTokens(sql);
    const bad = this.#tokens.find(({ kind }) => kind === "bad");
    if (bad !== undefined) refuse(`the SQL cannot be read at ${JSON.stringify(bad.text.slice(0, 20))}`);
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead];
  }

  /** Whether the token ahead is this keyword (upper case) or operator. */
  at(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    if (token === undefined) return false;
    if (token.kind === "operator") return token.text === text;
    return token.kind === "word" && token.text.toUpperCase() === text;
  }

  /** Moves past these keywords or operators if all of them come next. */
  take(...texts: readonly string[]): boolean {
    if (!texts.every((text, index) => this.at(text, index))) return false;
    this.#next += texts.length;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) this.unexpected(`${text} expected`);
  }

  advance(): Token {
    const token = this.peek() ?? this.unexpected("more expected");
    this.#next++;
    return token;
  }

  /** A name: a word that is no reserved keyword, or a quoted one; SQLite takes strings for names too. */
  name(): string {
    const token = this.advance();
    const isName =
      token.kind === "quoted" || token.kind === "string" || (token.kind === "word" && !isReserved(token.text));
    return isName ? token.value : refuse(`a name was expected, not ${token.text}`);
  }

  /** Where the next token begins: for texts as written. */
  get position(): number {
    return this.peek()?.offset ?? this.#sql.length;
  }

  /** The source from `start` to the end of the last token read. */
  textSince(start: number): string {
    const last = this.#tokens[this.#next - 1];
    return last === undefined ? "" : this.#sql.slice(start, last.offset + last.text.length);
  }

  end(): void {
    if (this.peek() !== undefined) this.unexpected("the end expected");
  }

  unexpected(why: string): never {
    const token = this.peek();
    return refuse(
      `the SQL cannot be read: ${why}${token === undefined ? " at its end" : ` at ${token.text.slice(0, 40)}`}`,
    );
  }
}

/** Keywords that SQLite never takes as a bare name (parse.y's ids without its fallback list). */
const RESERVED = new Set(
  `ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE CROSS DEFAULT DEFERRABLE DELETE
   DISTINCT DROP ELSE ESCAPE EXCEPT EXISTS FOREIGN FROM FULL GROUP HAVING IN INDEX INNER INSERT INTERSECT INTO IS ISNULL
   JOIN LEFT LIMIT NATURAL NOT NOTHING NOTNULL NULL ON OR ORDER OUTER PRIMARY REFERENCES RETURNING RIGHT SELECT SET TABLE
   THEN TO TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE WINDOW`.split(/\s+/),
);

export const isReserved = (word: string): boolean => RESERVED.has(word.toUpperCase());
