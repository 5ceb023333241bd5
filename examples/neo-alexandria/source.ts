/** A backend.db as Neo Alexandria keeps it: resources with subjects, relations and embeddings as JSON, and a contentless FTS5 table. */
import type Database from "better-sqlite3";
import { makeFile } from "../support/file.ts";
import { type Random, seededRandom } from "../support/random.ts";
import { blurb, FIRST, LAST, title } from "../support/words.ts";

const SCHEMA = `
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('20250120_postgresql_compat');
CREATE TABLE resources (
  id CHAR(36) NOT NULL, title VARCHAR NOT NULL, description TEXT, creator VARCHAR, date_created DATETIME, language VARCHAR(16),
  subject JSON DEFAULT '[]' NOT NULL, relation JSON DEFAULT '[]' NOT NULL, read_status VARCHAR NOT NULL,
  quality_score FLOAT NOT NULL, curation_status VARCHAR DEFAULT 'pending' NOT NULL, embedding TEXT, sparse_embedding TEXT,
  search_vector TEXT, publication_year INTEGER, requires_manual_review BOOLEAN DEFAULT 'false' NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL, created_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL,
  updated_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_resources_publication_year ON resources (publication_year);
CREATE TABLE collections (
  id CHAR(36) NOT NULL, name VARCHAR(255) NOT NULL, owner_id VARCHAR(255) NOT NULL, parent_id CHAR(36),
  created_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY(parent_id) REFERENCES collections (id) ON DELETE CASCADE);
CREATE TABLE collection_resources (
  collection_id CHAR(36) NOT NULL, resource_id CHAR(36) NOT NULL, added_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL,
  PRIMARY KEY (collection_id, resource_id), FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE,
  FOREIGN KEY(resource_id) REFERENCES resources (id) ON DELETE CASCADE);
CREATE INDEX idx_collection_resources_resource ON collection_resources (resource_id);
CREATE TABLE annotations (
  id CHAR(36) NOT NULL, resource_id CHAR(36) NOT NULL, user_id VARCHAR(255) NOT NULL, start_offset INTEGER NOT NULL,
  end_offset INTEGER NOT NULL, highlighted_text TEXT NOT NULL, note TEXT, tags TEXT, color VARCHAR(7) DEFAULT '#FFFF00' NOT NULL,
  is_shared INTEGER DEFAULT '0' NOT NULL, created_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY(resource_id) REFERENCES resources (id) ON DELETE CASCADE);
CREATE INDEX idx_annotations_resource ON annotations (resource_id);
CREATE TABLE resources_fts_doc (rowid INTEGER PRIMARY KEY, resource_id TEXT UNIQUE NOT NULL);
CREATE VIRTUAL TABLE resources_fts USING fts5(title, description, content='');
CREATE TRIGGER trg_resources_ai_fts AFTER INSERT ON resources BEGIN
  INSERT OR IGNORE INTO resources_fts_doc(resource_id) VALUES (NEW.id);
  INSERT INTO resources_fts(rowid, title, description)
    VALUES ((SELECT rowid FROM resources_fts_doc WHERE resource_id = NEW.id), NEW.title, COALESCE(NEW.description, ''));
END;
CREATE TRIGGER trg_resources_au_fts AFTER UPDATE OF title, description ON resources BEGIN
  UPDATE resources_fts SET title = NEW.title, description = COALESCE(NEW.description, '')
    WHERE rowid = (SELECT rowid FROM resources_fts_doc WHERE resource_id = NEW.id);
END;
CREATE TRIGGER trg_resources_ad_fts AFTER DELETE ON resources BEGIN
  DELETE FROM resources_fts WHERE rowid = (SELECT rowid FROM resources_fts_doc WHERE resource_id = OLD.id);
  DELETE FROM resources_fts_doc WHERE resource_id = OLD.id;
END;
`;

const RESOURCES = 500;
const DIMENSIONS = 24;
const SUBJECTS = ["Machine Learning", "Philosophy", "AI", "History of Science", "Botany", "Número", "図書館", "Music"];
const START = Date.UTC(2024, 8, 1, 9);
const HOUR = 3_600_000;

/** SQLite's CURRENT_TIMESTAMP. */
const datetime = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");

/** As numpy's floats look in JSON: doubles with all their digits. */
const embedding = (random: Random): string =>
  JSON.stringify(
    Array.from({ length: DIMENSIONS }, () => Math.fround((random.below(2_000_001) - 1_000_000) / 3_000_000)),
  );

const subjects = (random: Random): string =>
  JSON.stringify([...new Set(Array.from({ length: random.below(4) }, () => random.pick(SUBJECTS)))]);

/** Gives resources whose subjects are empty some of their own: the application's first files have none yet. */
export const fillSubjects = (database: Database.Database, random: Random): void => {
  const update = database.prepare("UPDATE resources SET subject = ? WHERE id = ?");
  const empty = database.prepare<[], { id: string }>("SELECT id FROM resources WHERE subject = '[]' ORDER BY id").all();
  for (const { id } of empty) update.run(subjects(random), id);
};

/** Writes backend.db at the path. */
export const neoAlexandria = (path: string): void => {
  const random = seededRandom(0xa1e);
  makeFile(path, SCHEMA, (database) => {
    const ids = Array.from({ length: RESOURCES }, () => random.uuid());
    fillResources(database, random, ids);
    fillCollections(database, random, ids);
    annotate(database, random, ids);
  });
};

const fillResources = (database: Database.Database, random: Random, ids: readonly string[]): void => {
  const insert = database.prepare(
    `INSERT INTO resources (id, title, description, creator, date_created, language, subject, relation, read_status, quality_score,
       embedding, sparse_embedding, publication_year, requires_manual_review, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const [i, id] of ids.entries()) {
    const at = datetime(START + i * HOUR);
    const relation = i % 4 === 0 && i > 0 ? JSON.stringify([ids[random.below(i)]]) : "[]";
    const sparse =
      i % 6 === 0
        ? JSON.stringify({ [`${random.below(30_000)}`]: 0.25, [`${30_000 + random.below(500)}`]: 0.5 })
        : null;
    insert.run(
      ...[id, title(random), i % 9 === 0 ? null : blurb(random, 40), `${random.pick(FIRST)} ${random.pick(LAST)}`],
      ...[i % 3 === 0 ? at : null, random.pick(["en", "de", "ja", null]), subjects(random), relation, "unread"],
      ...[random.below(1000) / 1000, i % 5 === 0 ? null : embedding(random), sparse, 1950 + random.below(75)],
      ...[i % 8 === 0 ? "true" : "false", at, at],
    );
  }
};

const fillCollections = (database: Database.Database, random: Random, ids: readonly string[]): void => {
  const collection = database.prepare("INSERT INTO collections (id, name, owner_id, parent_id) VALUES (?, ?, ?, ?)");
  const member = database.prepare(
    "INSERT OR IGNORE INTO collection_resources (collection_id, resource_id) VALUES (?, ?)",
  );
  const made: string[] = [];
  for (let i = 0; i < 20; i++) {
    const id = random.uuid();
    collection.run(id, title(random), `user-${i % 5}`, i % 3 === 0 || made.length === 0 ? null : random.pick(made));
    made.push(id);
    for (let n = 0; n < 12; n++) member.run(id, random.pick(ids));
  }
};

const annotate = (database: Database.Database, random: Random, ids: readonly string[]): void => {
  const annotation = database.prepare(
    "INSERT INTO annotations (id, resource_id, user_id, start_offset, end_offset, highlighted_text, note, tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  for (let i = 0; i < 300; i++) {
    const start = random.below(400);
    const tags = i % 2 === 0 ? JSON.stringify([random.pick(SUBJECTS)]) : null;
    annotation.run(random.uuid(), random.pick(ids), `user-${i % 5}`, start, start + 20, blurb(random, 8), null, tags);
  }
};
