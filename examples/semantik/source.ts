/** A webui.db as Semantik keeps it: users, collections of documents, the operations on them, and the documents' chunks. */
import type Database from "better-sqlite3";
import { makeFile } from "../support/file.ts";
import { type Random, seededRandom } from "../support/random.ts";
import { blurb, FIRST, title } from "../support/words.ts";

/** As the application's models make them on SQLite. */
const SCHEMA = `
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('202511150001');
CREATE TABLE users (
  id INTEGER NOT NULL, username VARCHAR NOT NULL, email VARCHAR NOT NULL, full_name VARCHAR, hashed_password VARCHAR NOT NULL,
  is_active BOOLEAN, is_superuser BOOLEAN NOT NULL, created_at DATETIME NOT NULL, updated_at DATETIME, last_login DATETIME,
  PRIMARY KEY (id));
CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE UNIQUE INDEX ix_users_username ON users (username);
CREATE TABLE collections (
  id VARCHAR NOT NULL, name VARCHAR NOT NULL, description TEXT, owner_id INTEGER NOT NULL, embedding_model VARCHAR NOT NULL,
  chunk_size INTEGER NOT NULL, chunk_overlap INTEGER NOT NULL, is_public BOOLEAN NOT NULL, created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL, meta JSON, status VARCHAR(10) NOT NULL, document_count INTEGER NOT NULL,
  PRIMARY KEY (id), FOREIGN KEY(owner_id) REFERENCES users (id));
CREATE TABLE operations (
  id INTEGER NOT NULL, uuid VARCHAR NOT NULL, collection_id VARCHAR NOT NULL, user_id INTEGER NOT NULL, type VARCHAR(16) NOT NULL,
  status VARCHAR(10) NOT NULL, task_id VARCHAR, config JSON NOT NULL, error_message TEXT, created_at DATETIME NOT NULL,
  started_at DATETIME, completed_at DATETIME, meta JSON, PRIMARY KEY (id), UNIQUE (uuid),
  FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE, FOREIGN KEY(user_id) REFERENCES users (id));
CREATE INDEX ix_operations_status ON operations (status);
CREATE TABLE api_keys (
  id VARCHAR NOT NULL, user_id INTEGER NOT NULL, name VARCHAR NOT NULL, key_hash VARCHAR NOT NULL, permissions JSON,
  last_used_at DATETIME, expires_at DATETIME, created_at DATETIME NOT NULL, is_active BOOLEAN NOT NULL,
  PRIMARY KEY (id), FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE UNIQUE INDEX ix_api_keys_key_hash ON api_keys (key_hash);
CREATE TABLE documents (
  id VARCHAR NOT NULL, collection_id VARCHAR NOT NULL, file_path VARCHAR NOT NULL, file_name VARCHAR NOT NULL,
  file_size INTEGER NOT NULL, mime_type VARCHAR, content_hash VARCHAR NOT NULL, status VARCHAR(10) NOT NULL, error_message TEXT,
  chunk_count INTEGER NOT NULL, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, meta JSON, uri VARCHAR,
  PRIMARY KEY (id), FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE);
CREATE UNIQUE INDEX ix_documents_collection_content_hash ON documents (collection_id, content_hash);
CREATE INDEX ix_documents_status ON documents (status);
`;

/** The table of the plan that grows without an end. */
const CHUNKS = `
CREATE TABLE chunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, collection_id VARCHAR NOT NULL, document_id VARCHAR NOT NULL, chunk_index INTEGER NOT NULL,
  content TEXT NOT NULL, token_count INTEGER, meta JSON, created_at DATETIME NOT NULL,
  FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE,
  FOREIGN KEY(document_id) REFERENCES documents (id) ON DELETE CASCADE);
CREATE INDEX ix_chunks_document ON chunks (document_id, chunk_index);
`;

const USERS = 40;
const COLLECTIONS = 30;
const DOCUMENTS = 600;
const CHUNKS_EACH = 8;
const START = Date.UTC(2025, 0, 6, 8);
const MINUTE = 60_000;

const datetime = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 23).replace("T", " ")}000`;

/** Adds the chunks of every document that the file holds: real files of the application's early days have none. */
export const addChunks = (database: Database.Database, random: Random): void => {
  database.exec(CHUNKS);
  const insert = database.prepare(
    "INSERT INTO chunks (collection_id, document_id, chunk_index, content, token_count, meta, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const documents = database
    .prepare<[], { id: string; collection_id: string }>("SELECT id, collection_id FROM documents ORDER BY id")
    .all();
  for (const { id, collection_id } of documents)
    for (let index = 0; index < CHUNKS_EACH; index++) {
      const content = blurb(random, 60);
      const meta = JSON.stringify({ page: 1 + random.below(40), lang: random.pick(["en", "de", "fr"]) });
      insert.run(
        collection_id,
        id,
        index,
        content,
        content.split(/\s+/).length,
        meta,
        datetime(START + index * MINUTE),
      );
    }
};

const collectionMeta = (random: Random, pinned: boolean): string =>
  JSON.stringify({ tags: [random.pick(["law", "code", "notes"])], pinned });

const documentMeta = (random: Random): string =>
  JSON.stringify({ author: random.pick(FIRST), pages: 1 + random.below(300) });

/** Puts the metadata that the application writes where a file that was filled for tests has other JSON. */
export const writeMetadata = (database: Database.Database, random: Random): void => {
  for (const [table, meta] of [
    ["collections", () => collectionMeta(random, false)],
    ["documents", () => documentMeta(random)],
  ] as const) {
    const update = database.prepare(`UPDATE ${table} SET meta = ? WHERE id = ?`);
    const rows = database.prepare<[], { id: string }>(`SELECT id FROM ${table} WHERE meta IS NOT NULL`).all();
    for (const { id } of rows) update.run(meta(), id);
  }
};

/** Writes webui.db at the path. */
export const semantik = (path: string): void => {
  const random = seededRandom(0x5e3a);
  makeFile(path, SCHEMA, (database) => {
    users(database, random);
    const collections = Array.from({ length: COLLECTIONS }, () => random.uuid());
    fillCollections(database, random, collections);
    fillDocuments(database, random, collections);
    addChunks(database, random);
  });
};

const users = (database: Database.Database, random: Random): void => {
  const user = database.prepare("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const key = database.prepare("INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (let id = 1; id <= USERS; id++) {
    const name = `${random.pick(FIRST).toLowerCase()}${id}`;
    const at = datetime(START + id * MINUTE);
    user.run(
      id,
      name,
      `${name}@example.org`,
      null,
      `$2b$12$${random.bytes(16).toString("base64")}`,
      1,
      id === 1 ? 1 : 0,
      at,
      at,
      null,
    );
    const permissions = JSON.stringify({ collections: ["read", ...(id % 3 === 0 ? ["write"] : [])] });
    key.run(random.uuid(), id, "laptop", random.bytes(32).toString("hex"), permissions, null, null, at, 1);
  }
};

const fillCollections = (database: Database.Database, random: Random, ids: readonly string[]): void => {
  const collection = database.prepare("INSERT INTO collections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const operation = database.prepare("INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const [i, id] of ids.entries()) {
    const at = START + i * 10 * MINUTE;
    const owner = 1 + random.below(USERS);
    const meta = collectionMeta(random, i % 7 === 0);
    collection.run(
      ...[id, title(random), null, owner, "Qwen/Qwen3-Embedding-0.6B", 1000, 200, i % 5 === 0 ? 1 : 0],
      ...[datetime(at), datetime(at), meta, "READY", Math.floor(DOCUMENTS / COLLECTIONS)],
    );
    operation.run(
      ...[
        i + 1,
        random.uuid(),
        id,
        owner,
        "INDEX",
        random.pick(["COMPLETED", "FAILED"]),
        null,
        '{"sources": ["/data"]}',
        null,
      ],
      ...[datetime(at), datetime(at + MINUTE), datetime(at + 5 * MINUTE), null],
    );
  }
};

const fillDocuments = (database: Database.Database, random: Random, collections: readonly string[]): void => {
  const document = database.prepare("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (let i = 0; i < DOCUMENTS; i++) {
    const name = `${title(random).replaceAll(/[^\p{L}\p{N}]+/gu, "-")}.pdf`;
    const at = datetime(START + i * MINUTE);
    const meta = documentMeta(random);
    document.run(
      ...[random.uuid(), collections[i % collections.length], `/data/${i}/${name}`, name, 1000 + random.below(1 << 20)],
      ...["application/pdf", random.bytes(32).toString("hex"), "COMPLETED", null, CHUNKS_EACH, at, at, meta, null],
    );
  }
};
