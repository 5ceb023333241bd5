/** An mcps.db as MCPS keeps it: servers with their tools, what people write about them, and embeddings of the tools. */
import type Database from "better-sqlite3";
import { makeFile } from "../support/file.ts";
import { type Random, seededRandom } from "../support/random.ts";
import { blurb, FIRST, title } from "../support/words.ts";

const SCHEMA = `
CREATE TABLE server (
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, id INTEGER NOT NULL, uuid CHAR(32) NOT NULL, name VARCHAR NOT NULL,
  primary_url VARCHAR NOT NULL, host_type VARCHAR(6) NOT NULL, description TEXT, readme_content TEXT, keywords JSON,
  categories JSON, stars INTEGER NOT NULL, risk_level VARCHAR(8) NOT NULL, verified_source BOOLEAN NOT NULL,
  health_score INTEGER NOT NULL, last_indexed_at DATETIME NOT NULL, PRIMARY KEY (id));
CREATE UNIQUE INDEX ix_server_primary_url ON server (primary_url);
CREATE INDEX ix_server_name ON server (name);
CREATE TABLE tool (
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, id INTEGER NOT NULL, server_id INTEGER NOT NULL, name VARCHAR NOT NULL,
  description TEXT, input_schema JSON, PRIMARY KEY (id), FOREIGN KEY(server_id) REFERENCES server (id));
CREATE TABLE toolembedding (
  id INTEGER NOT NULL, tool_id INTEGER NOT NULL, vector JSON, model_name VARCHAR NOT NULL, PRIMARY KEY (id), UNIQUE (tool_id),
  FOREIGN KEY(tool_id) REFERENCES tool (id));
CREATE TABLE dependency (
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, id INTEGER NOT NULL, server_id INTEGER NOT NULL,
  library_name VARCHAR NOT NULL, version_constraint VARCHAR, ecosystem VARCHAR NOT NULL, type VARCHAR(7) NOT NULL,
  PRIMARY KEY (id), FOREIGN KEY(server_id) REFERENCES server (id));
CREATE TABLE release (
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, id INTEGER NOT NULL, server_id INTEGER NOT NULL,
  version VARCHAR NOT NULL, changelog TEXT, published_at DATETIME NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY(server_id) REFERENCES server (id));
CREATE TABLE social_posts (
  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, id INTEGER NOT NULL, uuid CHAR(32) NOT NULL,
  platform VARCHAR(14) NOT NULL, post_id VARCHAR NOT NULL, url VARCHAR NOT NULL, title VARCHAR(500), content VARCHAR NOT NULL,
  author VARCHAR NOT NULL, score INTEGER NOT NULL, mentioned_servers JSON, mentioned_urls JSON,
  platform_created_at DATETIME NOT NULL, is_deleted BOOLEAN NOT NULL, twitter_hashtags JSON, relevance_score FLOAT,
  PRIMARY KEY (id));
CREATE INDEX ix_social_posts_platform ON social_posts (platform);
`;

const SERVERS = 120;
const TOOLS_EACH = 3;
const POSTS = 1_000;
const DIMENSIONS = 16;
const KEYWORDS = ["search", "files", "git", "browser", "postgres", "vision", "データ", "müsic"];
const START = Date.UTC(2025, 3, 1, 6);
const HOUR = 3_600_000;

const datetime = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 23).replace("T", " ")}000`;

/** As Python's json.dumps writes it. */
const list = (values: readonly unknown[]): string => `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;

const some = (random: Random): string =>
  list([...new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(KEYWORDS)))]);

const SCHEMA_OF_TOOL = JSON.stringify({
  type: "object",
  properties: { path: { type: "string" }, limit: { type: "integer" } },
});

/** What the application writes into columns of JSON, by table and column. */
const DOCUMENTS: Readonly<Record<string, Readonly<Record<string, (random: Random) => string>>>> = {
  server: { keywords: some, categories: some },
  social_posts: {
    mentioned_urls: some,
    twitter_hashtags: some,
    mentioned_servers: (random) => list([random.below(60)]),
  },
  tool: { input_schema: () => SCHEMA_OF_TOOL },
};

/** Puts what the application writes where a file that was filled for tests has other JSON. */
export const writeDocuments = (database: Database.Database, random: Random): void => {
  for (const [table, columns] of Object.entries(DOCUMENTS))
    for (const [column, value] of Object.entries(columns)) {
      const update = database.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`);
      const rows = database.prepare<[], { id: number }>(`SELECT id FROM ${table} WHERE ${column} IS NOT NULL`).all();
      for (const { id } of rows) update.run(value(random), id);
    }
};

/** Writes mcps.db at the path. */
export const mcps = (path: string): void => {
  const random = seededRandom(0x3c95);
  makeFile(path, SCHEMA, (database) => {
    fillServers(database, random);
    fillPosts(database, random);
  });
};

const fillServers = (database: Database.Database, random: Random): void => {
  const server = database.prepare("INSERT INTO server VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const dependency = database.prepare("INSERT INTO dependency VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const release = database.prepare("INSERT INTO release VALUES (?, ?, ?, ?, ?, ?, ?)");
  for (let id = 1; id <= SERVERS; id++) {
    const at = datetime(START + id * HOUR);
    server.run(
      ...[at, at, id, random.bytes(16).toString("hex"), title(random), `https://example.org/mcp/${id}`, "GITHUB"],
      ...[blurb(random, 20), blurb(random, 80), some(random), id % 4 === 0 ? null : some(random), random.below(5000)],
      ...[random.pick(["SAFE", "MODERATE", "HIGH"]), id % 2, random.below(101), at],
    );
    dependency.run(at, at, id, id, random.pick(["zod", "httpx", "pydantic"]), ">=1", "npm", "RUNTIME");
    release.run(at, at, id, id, `1.${random.below(9)}.0`, blurb(random, 12), at);
    for (let n = 0; n < TOOLS_EACH; n++) fillTool(database, random, id, (id - 1) * TOOLS_EACH + n + 1);
  }
};

const fillTool = (database: Database.Database, random: Random, server: number, id: number): void => {
  const at = datetime(START + id * HOUR);
  database
    .prepare("INSERT INTO tool VALUES (?, ?, ?, ?, ?, ?, ?)")
    .run(at, at, id, server, `tool_${id}`, blurb(random, 16), SCHEMA_OF_TOOL);
  const vector = Array.from({ length: DIMENSIONS }, () => (random.below(20_000_001) - 10_000_000) / 1e7);
  database.prepare("INSERT INTO toolembedding VALUES (?, ?, ?, ?)").run(id, id, list(vector), "text-embedding-3-small");
};

const fillPosts = (database: Database.Database, random: Random): void => {
  const post = database.prepare("INSERT INTO social_posts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (let id = 1; id <= POSTS; id++) {
    const at = datetime(START + id * 600_000);
    const servers = list(Array.from({ length: random.below(3) }, () => 1 + random.below(SERVERS)));
    post.run(
      ...[at, at, id, random.bytes(16).toString("hex"), random.pick(["REDDIT", "TWITTER", "HACKER_NEWS"]), `p${id}`],
      ...[`https://example.org/p/${id}`, title(random), blurb(random, 30), random.pick(FIRST), random.below(900) - 20],
      ...[servers, list([`https://example.org/mcp/${1 + random.below(SERVERS)}`]), at, id % 50 === 0 ? 1 : 0],
      ...[id % 3 === 0 ? some(random) : null, random.below(1000) / 1000],
    );
  }
};
