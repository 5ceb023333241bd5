/** The only place where text becomes HTML: everything that is interpolated is escaped unless it is `Html` already. */
import { visible } from "../words.ts";

/** Markup that came out of `html`; no other code can make one. */
export class Html {
  readonly #markup: string;

  constructor(markup: string, seal: symbol) {
    if (seal !== SEAL) throw new TypeError("Html is made by the template tag alone");
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

const SEAL = Symbol("made by the template tag");

export type Fragment = Html | string | number | null | false | readonly Fragment[];

/**
 * Template tag: strings and numbers are escaped and made visible (shortened, control and direction characters spelled),
 * arrays are joined, null and false vanish.
 */
export const html = (strings: TemplateStringsArray, ...values: readonly Fragment[]): Html =>
  new Html(
    strings.reduce((markup, part, index) => markup + render(values[index - 1] ?? null) + part),
    SEAL,
  );

/** Constant markup of this package (style, script, drawings' parts): never anything that was read from a source. */
export const trusted = (constant: string): Html => new Html(constant, SEAL);

/** Text whose own line breaks are kept, e.g. SQL; up to 4,000 characters of it. */
export const lines = (text: string): Html => new Html(escapeHtml(visible(text, { lines: true, limit: 4000 })), SEAL);

const render = (value: Fragment): string => {
  if (value === null || value === false) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escapeHtml(visible(value));
  return value.map(render).join("");
};

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
