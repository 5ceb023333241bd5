/** What only psql understands of a SQL file: its own commands, and rows that stand in the file itself. */
import { refusal } from "../errors.ts";

/**
 * Text that is no statement: comments, literals, quoted names, dollar quotes. Comments nest in PostgreSQL; one level of that is
 * enough here, since what is missed is told by the server in its words.
 */
const ASIDE =
  /--[^\n]*|\/\*(?:[^*/]|\*(?!\/)|\/(?!\*)|\/\*[\s\S]*?\*\/)*\*\/|\bE'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[\s\S]*?\1/gi;

/** What to write instead, by the command's first letters. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /^\\c(onnect)?\b/,
    "Take the line out: the file is run in the stack's own database; another database is another stack.",
  ],
  [/^\\(set|unset|getenv|gset)\b/, "Write the value where it is used: psql's variables are not known to the server."],
  [/^\\(i|ir|include|include_relative)\b/, "Name the included file itself as another file of initSql."],
  [/^\\(copy|\.)/, "Write the rows as INSERT statements, or load them with the application."],
];

/**
 * A backslash outside of texts and comments is always psql's, never SQL.
 * @throws LandbridgeError INIT_SQL_PSQL (refused) with file, line and what to do instead
 */
export const refusePsqlCommands = (name: string, sql: string): void => {
  const bare = sql.replace(ASIDE, (text) => text.replace(/[^\n]/g, " "));
  const command = /\\[^\s]*/.exec(bare);
  const rows = /^[ \t]*copy\b[^;]*\bfrom\s+stdin\b[^;]*;/im.exec(bare);
  const [at, what, remedy] =
    rows !== null && (command === null || rows.index < command.index)
      ? [rows.index, "COPY … FROM STDIN", REMEDIES[3]![1]]
      : [command?.index, command?.[0], REMEDIES.find(([pattern]) => pattern.test(command?.[0] ?? ""))?.[1]];
  if (at === undefined) return;
  const line = sql.slice(0, at).split("\n").length;
  throw refusal({
    code: "INIT_SQL_PSQL",
    message: `${name}, line ${line}: ${what} is a command of psql, not SQL.`,
    remedy: remedy ?? "Take the line out: it changes how psql shows things, not the database.",
  });
};
