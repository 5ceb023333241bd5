/** A bot.db as Idea Planner keeps it: Telegram users, their ideas, and an analysis of each. */
import { makeFile } from "../support/file.ts";
import { seededRandom } from "../support/random.ts";
import { blurb, FIRST, LAST } from "../support/words.ts";

/** As SQLAlchemy makes it on SQLite: an enum becomes VARCHAR of its longest name, without a CHECK. */
const SCHEMA = `
CREATE TABLE users (
  id INTEGER NOT NULL, telegram_id VARCHAR NOT NULL, username VARCHAR, first_name VARCHAR, last_name VARCHAR,
  language_code VARCHAR, created_at DATETIME, PRIMARY KEY (id));
CREATE UNIQUE INDEX ix_users_telegram_id ON users (telegram_id);
CREATE INDEX ix_users_id ON users (id);
CREATE TABLE ideas (
  id INTEGER NOT NULL, user_id INTEGER NOT NULL, text TEXT NOT NULL, mode VARCHAR(13), created_at DATETIME,
  PRIMARY KEY (id), FOREIGN KEY(user_id) REFERENCES users (id));
CREATE INDEX ix_ideas_id ON ideas (id);
CREATE TABLE analyses (
  id INTEGER NOT NULL, idea_id INTEGER NOT NULL, user_id INTEGER NOT NULL, status VARCHAR(7), report TEXT,
  created_at DATETIME, updated_at DATETIME,
  PRIMARY KEY (id), FOREIGN KEY(idea_id) REFERENCES ideas (id), FOREIGN KEY(user_id) REFERENCES users (id));
CREATE INDEX ix_analyses_id ON analyses (id);
`;

const USERS = 400;
const IDEAS = 1_500;
const MODES = [
  ...["EVALUATION", "BUSINESS_PLAN", "MARKETING", "EXECUTION", "WEBSITE"],
  ...["REPORT_1", "WHY_NOW", "MARKET_GAP", "EVIDENCE"],
];
const STATUSES = ["QUEUED", "RUNNING", "DONE", "FAILED"];
const START = Date.UTC(2025, 0, 6, 8);
const HOUR = 3_600_000;

/** SQLAlchemy stores microseconds always: `2025-01-06 08:00:00.000000`. */
const datetime = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 23).replace("T", " ")}000`;

/** Writes bot.db at the path. */
export const ideaPlanner = (path: string): void => {
  const random = seededRandom(0x1dea);
  makeFile(path, SCHEMA, (database) => {
    const user = database.prepare("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)");
    const idea = database.prepare("INSERT INTO ideas VALUES (?, ?, ?, ?, ?)");
    const analysis = database.prepare("INSERT INTO analyses VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (let id = 1; id <= USERS; id++) {
      const first = random.pick(FIRST);
      user.run(
        ...[id, String(100_000_000 + id * 7919), random.below(5) === 0 ? null : `${first.toLowerCase()}_${id}`],
        ...[first, random.pick(LAST), random.pick(["en", "de", "uk", null]), datetime(START + id * HOUR)],
      );
    }
    for (let id = 1; id <= IDEAS; id++) {
      const at = START + id * HOUR + random.below(HOUR);
      const owner = 1 + random.below(USERS);
      idea.run(id, owner, blurb(random, 24), random.below(40) === 0 ? null : random.pick(MODES), datetime(at));
      const status = random.pick(STATUSES);
      analysis.run(
        ...[id, id, owner, status, status === "DONE" ? blurb(random, 24) : null],
        ...[datetime(at), datetime(at + random.below(HOUR))],
      );
    }
  });
};
