/**
 * psql where it is installed, with the password in its environment, never in its arguments; else single statements by
 * ourselves.
 */
import { spawn } from "node:child_process";
import { ExitCode, usageError } from "../../src/errors.ts";
import { connect } from "../../src/target/connect.ts";
import type { Embedded } from "../../src/target/embedded/embedded.ts";
import { alignedTable } from "./table.ts";

export const psql = async (
  server: Embedded,
  statement: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<number> => (await runPsql(server, statement, environment)) ?? (await runStatement(server, statement));

/** @returns psql's exit code, undefined where it is not installed */
const runPsql = async (
  { target }: Embedded,
  statement: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<number | undefined> => {
  const { host, port, user, database, password } = target.config;
  const place = {
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGDATABASE: database,
    PGPASSWORD: String(password),
  };
  const child = spawn("psql", statement === undefined ? [] : ["-c", statement], {
    stdio: "inherit",
    env: { ...environment, ...place, PGSSLMODE: "disable" },
  });
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? resolve(undefined) : reject(error),
    );
    child.once("exit", (code) => resolve(code ?? ExitCode.FAILED));
  });
};

const runStatement = async ({ target }: Embedded, statement: string | undefined): Promise<number> => {
  if (statement === undefined)
    throw usageError({
      code: "PSQL_MISSING",
      message: "psql is not installed on this machine.",
      remedy:
        'Install it (Debian: apt-get install postgresql-client), or run single statements: npm run pg -- psql "select 1".',
    });
  console.error("(psql is not installed: the statement is run without it)");
  const client = await connect(target, "psql");
  try {
    // Rows as arrays and values as the server's own text: columns may have the same name, and nothing is converted.
    const result = await client.query({
      text: statement,
      rowMode: "array",
      types: { getTypeParser: () => (text: unknown) => text },
    });
    for (const { fields, rows, command, rowCount } of [result].flat())
      console.log(
        fields.length > 0
          ? alignedTable(
              fields.map(({ name }) => name),
              rows,
            )
          : `${command} ${rowCount ?? ""}`.trim(),
      );
    return ExitCode.DONE;
  } catch (error) {
    console.error(`ERROR: ${(error as Error).message}`);
    return ExitCode.FAILED;
  } finally {
    await client.end();
  }
};
