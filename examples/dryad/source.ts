/** Dryad's two files: conversations and documents in dryad.db, groves with their branches and vessels in memory.db. */
import { makeFile } from "../support/file.ts";
import { seededRandom } from "../support/random.ts";
import { blurb, FIRST, LAST } from "../support/words.ts";

/** As SQLAlchemy makes it on SQLite. */
const MAIN = `
CREATE TABLE users (
  id VARCHAR NOT NULL, email VARCHAR(255) NOT NULL, name VARCHAR(255) NOT NULL, email_verified BOOLEAN, roles JSON, permissions JSON,
  provider VARCHAR(50), created_at DATETIME DEFAULT CURRENT_TIMESTAMP, last_login DATETIME, is_active BOOLEAN, PRIMARY KEY (id));
CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE TABLE conversations (
  id VARCHAR NOT NULL, user_id VARCHAR NOT NULL, title VARCHAR(255), created_at DATETIME DEFAULT CURRENT_TIMESTAMP, is_active BOOLEAN,
  PRIMARY KEY (id), FOREIGN KEY(user_id) REFERENCES users (id));
CREATE INDEX ix_conversations_user_id ON conversations (user_id);
CREATE TABLE messages (
  id VARCHAR NOT NULL, conversation_id VARCHAR NOT NULL, role VARCHAR(50) NOT NULL, content TEXT NOT NULL,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP, tool_calls TEXT,
  PRIMARY KEY (id), FOREIGN KEY(conversation_id) REFERENCES conversations (id));
CREATE TABLE documents (
  id VARCHAR NOT NULL, user_id VARCHAR NOT NULL, title VARCHAR(500) NOT NULL, content TEXT NOT NULL, doc_metadata JSON,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (id), FOREIGN KEY(user_id) REFERENCES users (id));
CREATE INDEX ix_documents_user_id ON documents (user_id);
CREATE TABLE document_chunks (
  id VARCHAR NOT NULL, document_id VARCHAR NOT NULL, content TEXT NOT NULL, chunk_index INTEGER NOT NULL, chunk_size INTEGER NOT NULL,
  chunk_metadata JSON, created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id), FOREIGN KEY(document_id) REFERENCES documents (id));
`;

const MEMORY = `
CREATE TABLE users (
  id VARCHAR(36) NOT NULL, email VARCHAR(255) NOT NULL, name VARCHAR(255), hashed_password VARCHAR(255) NOT NULL,
  is_active BOOLEAN NOT NULL, is_superuser BOOLEAN NOT NULL,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, PRIMARY KEY (id));
CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE TABLE groves (
  id VARCHAR(36) NOT NULL, name VARCHAR(255) NOT NULL, description TEXT, is_favorite BOOLEAN NOT NULL,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_groves_name ON groves (name);
CREATE TABLE branches (
  id VARCHAR(36) NOT NULL, name VARCHAR(255) NOT NULL, description TEXT, status VARCHAR(50) NOT NULL, grove_id VARCHAR(36) NOT NULL,
  parent_id VARCHAR(36),
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY(grove_id) REFERENCES groves (id) ON DELETE CASCADE, FOREIGN KEY(parent_id) REFERENCES branches (id) ON DELETE SET NULL);
CREATE TABLE vessels (
  id VARCHAR(36) NOT NULL, branch_id VARCHAR(36) NOT NULL, storage_path VARCHAR(500), file_manifest JSON NOT NULL,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, PRIMARY KEY (id),
  UNIQUE (branch_id), FOREIGN KEY(branch_id) REFERENCES branches (id) ON DELETE CASCADE);
`;

const USERS = 60;
const CONVERSATIONS = 200;
const MESSAGES_EACH = 6;
const DOCUMENTS = 80;
const CHUNKS_EACH = 5;
const GROVES = 20;
const BRANCHES_EACH = 8;
const START = Date.UTC(2025, 2, 1, 9);
const MINUTE = 60_000;

/** CURRENT_TIMESTAMP has seconds, SQLAlchemy's own values microseconds: the file has both. */
const datetime = (minutes: number): string => {
  const text = new Date(START + minutes * MINUTE).toISOString().replace("T", " ");
  return minutes % 3 === 0 ? text.slice(0, 19) : `${text.slice(0, 23)}000`;
};

/** Writes dryad.db at the path. */
export const dryad = (path: string): void => {
  const random = seededRandom(0xd27ad);
  makeFile(path, MAIN, (database) => {
    const insert = (table: string, ...values: readonly unknown[]) =>
      database.prepare(`INSERT INTO ${table} VALUES (${values.map(() => "?").join(", ")})`).run(...values);
    const users = Array.from({ length: USERS }, (_, i) => {
      const id = random.uuid();
      const name = `${random.pick(FIRST)} ${random.pick(LAST)}`;
      insert("users", id, `user${i}@example.org`, name, i % 2, '["member"]', "{}", "google", datetime(i), null, 1);
      return id;
    });
    for (let i = 0; i < CONVERSATIONS; i++) {
      const id = random.uuid();
      insert("conversations", id, random.pick(users), blurb(random, 5), datetime(i), i % 5 === 0 ? null : 1);
      for (let n = 0; n < MESSAGES_EACH; n++) {
        const calls = n % 3 === 2 ? '[{"tool": "search"}]' : null;
        insert("messages", random.uuid(), id, n % 2 ? "assistant" : "user", blurb(random, 20), datetime(i + n), calls);
      }
    }
    for (let i = 0; i < DOCUMENTS; i++) {
      const id = random.uuid();
      insert("documents", id, random.pick(users), blurb(random, 4), blurb(random, 60), `{"pages": ${i}}`, datetime(i));
      for (let n = 0; n < CHUNKS_EACH; n++)
        insert("document_chunks", random.uuid(), id, blurb(random, 30), n, 512, '{"lang": "en"}', datetime(i));
    }
  });
};

/** Writes memory.db at the path. */
export const dryadMemory = (path: string): void => {
  const random = seededRandom(0x3e309);
  makeFile(path, MEMORY, (database) => {
    const insert = (table: string, ...values: readonly unknown[]) =>
      database.prepare(`INSERT INTO ${table} VALUES (${values.map(() => "?").join(", ")})`).run(...values);
    for (let i = 0; i < USERS; i++)
      insert(
        "users",
        random.uuid(),
        `user${i}@example.org`,
        random.pick(FIRST),
        "scrypt$…",
        1,
        0,
        datetime(i),
        datetime(i),
      );
    for (let i = 0; i < GROVES; i++) {
      const grove = random.uuid();
      insert("groves", grove, blurb(random, 3), blurb(random, 12), i % 2, datetime(i), datetime(i + 1));
      let parent: string | null = null;
      for (let n = 0; n < BRANCHES_EACH; n++) {
        const id = random.uuid();
        const at = datetime(i + n);
        insert("branches", id, blurb(random, 3), null, random.pick(["active", "archived"]), grove, parent, at, at);
        if (n % 2 === 0) insert("vessels", random.uuid(), id, `/vessels/${id}`, '{"files": []}', at, at);
        parent = id;
      }
    }
  });
};
