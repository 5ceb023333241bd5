/** Builds the benchmark's own database: narrow events, documents with JSON, and blobs of 1.5 KB. Deterministic for a scale. */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";

const EVENTS = 2_000_000;
const DOCUMENTS = 200_000;
const BLOBS = 120_000;

/** A small linear congruential generator (constants of Numerical Recipes): the same rows on every machine. */
const generator = (seed: number) => {
  let state = seed >>> 0;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
};

const WORDS = "bridge river stone arch span pier tide harbour crane freight ledger anchor compass lantern signal".split(
  " ",
);

const sentence = (next: (below: number) => number, words: number): string =>
  Array.from({ length: words }, () => WORDS[next(WORDS.length)]).join(" ");

const SCHEMA = `
CREATE TABLE events (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, kind TEXT NOT NULL, amount REAL, ok BOOLEAN NOT NULL, at DATETIME NOT NULL);
CREATE TABLE documents (id INTEGER PRIMARY KEY, title VARCHAR(200) NOT NULL, body TEXT NOT NULL, attributes JSON NOT NULL, updated_at TIMESTAMP NOT NULL);
CREATE TABLE attachments (id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents (id), sha CHAR(36) NOT NULL, content BLOB NOT NULL);
CREATE INDEX events_user ON events (user_id);
CREATE INDEX documents_title ON documents (title);
CREATE INDEX attachments_document ON attachments (document_id);
`;

const moment = (next: (below: number) => number): string =>
  new Date(1_600_000_000_000 + next(150_000_000) * 1000).toISOString().slice(0, 19).replace("T", " ");

const uuid = (next: (below: number) => number): string => {
  const hex = Array.from({ length: 4 }, () =>
    next(2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** Makes the file where it is missing. `scale` 1 is about 580 MB and 2.32 million rows. */
export const benchDatabase = (file: string, scale: number): string => {
  if (existsSync(file)) return file;
  mkdirSync(dirname(file), { recursive: true });
  const building = `${file}.building`;
  const db = new Database(building);
  db.pragma("journal_mode = OFF");
  db.pragma("synchronous = OFF");
  db.exec(SCHEMA);
  const next = generator(42);
  db.transaction(() => {
    const events = db.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)");
    for (let id = 1; id <= EVENTS * scale; id += 1)
      events.run(id, next(50_000), WORDS[next(WORDS.length)], next(1_000_000) / 100 + 0.005, next(2), moment(next));
    const documents = db.prepare("INSERT INTO documents VALUES (?, ?, ?, ?, ?)");
    for (let id = 1; id <= DOCUMENTS * scale; id += 1)
      documents.run(
        id,
        sentence(next, 6),
        sentence(next, 90),
        JSON.stringify({
          tags: [sentence(next, 2), sentence(next, 1)],
          rank: next(1000),
          draft: next(2) === 1,
          score: next(10_000) / 100,
        }),
        moment(next),
      );
    const attachments = db.prepare("INSERT INTO attachments VALUES (?, ?, ?, ?)");
    for (let id = 1; id <= BLOBS * scale; id += 1) {
      const content = Buffer.alloc(1500);
      for (let offset = 0; offset < 1500; offset += 4) content.writeUInt32LE(next(2 ** 32), offset);
      attachments.run(id, 1 + next(Math.max(1, Math.floor(DOCUMENTS * scale))), uuid(next), content);
    }
  })();
  db.close();
  renameSync(building, file);
  return file;
};
