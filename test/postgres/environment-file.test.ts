/** An application that has nothing but its environment file gets in, whatever its password is made of. */
import { parseEnv } from "node:util";
import pg from "pg";
import { expect, it } from "vitest";
import { environmentFile } from "../../infra/environment-file.ts";
import { poolSettings } from "../../infra/pool.ts";
import { connect } from "../../src/target/connect.ts";
import { quoteIdentifier, quoteLiteral } from "../../src/target/quote.ts";
import { parseTarget } from "../../src/target/url.ts";
import { freshDatabase } from "../support/database.ts";

const database = await freshDatabase();
const { role } = await database.role();

const PASSWORDS = [`it's "all" $HOME \`id\` \\ of it`, "100% #+&=?/:@[]~!*()", "Пароль 密码 🔑", "tab\tline\nbreak"];

const fileFor = (password: string): Record<string, string | undefined> => {
  const { host = "", port = 0 } = database.target.config;
  const text = environmentFile({
    stack: "test",
    host,
    port,
    database: database.name,
    user: role,
    credential: { password },
    sslmode: "prefer",
    schema: "public",
    pool: poolSettings({
      cores: 1,
      instances: 1,
      preset: null,
      maxConnections: 100,
      reserved: 3,
      applicationName: "shop",
    }),
  });
  return parseEnv(text);
};

it.each(PASSWORDS)("%j: node-postgres by DATABASE_URL, and Landbridge by SQLAlchemy's URLs", async (password) => {
  await database.admin.query(`ALTER ROLE ${quoteIdentifier(role)} PASSWORD ${quoteLiteral(password)}`);
  const { DATABASE_URL = "", SQLALCHEMY_DATABASE_URL = "", ASYNC_DATABASE_URL = "" } = fileFor(password);

  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  expect((await client.query<{ role: string }>("SELECT current_user AS role")).rows).toEqual([{ role }]);
  await client.end();

  for (const url of [DATABASE_URL, SQLALCHEMY_DATABASE_URL, ASYNC_DATABASE_URL]) {
    const session = await connect(parseTarget(url), "test");
    expect((await session.query<{ role: string }>("SELECT current_user AS role")).rows).toEqual([{ role }]);
    await session.end();
  }
});
