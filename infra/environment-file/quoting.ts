/**
 * Lines of a file that every reader understands alike: a shell (`set -a; . file`), python-dotenv, npm's dotenv with and without
 * expansion, Node (`--env-file`, `util.parseEnv`) and Docker Compose. Their rules differ: a backslash escapes in some quotes of some,
 * `$` is expanded by some even in single quotes, a line break ends the value for some. A value that they would read differently is
 * not written; a wrong password is worse than a missing one.
 */

/** Means itself everywhere, also to `docker run --env-file`, which takes quotes for part of the value. */
const PLAIN = /^[A-Za-z0-9_./:@%+,=-]*$/;
const CONTROL = /\p{Cc}/u;

/** The value as it is written, or null where readers would not agree on it. */
export const quoted = (value: string): string | null => {
  if (PLAIN.test(value)) return value;
  if (CONTROL.test(value) || /[\\$]/.test(value) || !value.isWellFormed()) return null;
  if (!value.includes("'")) return `'${value}'`;
  // In double quotes a shell also runs what stands in backquotes, and an interactive one looks for ! in its history.
  return /["`!]/.test(value) ? null : `"${value}"`;
};

export const comment = (text: string): string => `# ${text.replaceAll(/\p{Cc}+/gu, " ")}`.trimEnd();

/** `NAME=value`, or a comment that says why it is not there. */
export const variable = (name: string, value: string | number): string => {
  const written = quoted(String(value));
  if (written !== null) return `${name}=${written}`;
  return comment(
    `${name} is left out: readers of such files disagree on some of its characters. The URLs have it, encoded.`,
  );
};
