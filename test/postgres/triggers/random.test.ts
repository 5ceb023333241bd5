/**
 * An application with every pattern at once, and a few hundred random changes: after each of them both engines hold the same
 * rows. LANDBRIDGE_TRIGGER_SEED repeats a run, LANDBRIDGE_TRIGGER_STEPS makes it longer.
 */
import { expect, it } from "vitest";
import { bothEngines } from "../../support/both-engines.ts";
import { freshDatabase } from "../../support/database.ts";

const database = await freshDatabase();
const seed = Number(process.env["LANDBRIDGE_TRIGGER_SEED"] ?? Date.now() % 1_000_000);
const steps = Number(process.env["LANDBRIDGE_TRIGGER_STEPS"] ?? 250);

const SHOP = `
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, orders INT NOT NULL DEFAULT 0, spent REAL NOT NULL DEFAULT 0,
    vip BOOLEAN NOT NULL DEFAULT 0, changed_at DATETIME);
  CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer(id), status TEXT NOT NULL DEFAULT 'open',
    total REAL, code TEXT, changed_at DATETIME);
  CREATE TABLE line (id INTEGER PRIMARY KEY, purchase INTEGER REFERENCES purchase(id), what TEXT, price REAL, amount INT);
  CREATE TABLE tally (what TEXT NOT NULL PRIMARY KEY, amount INT NOT NULL);
  CREATE TABLE last_price (what TEXT NOT NULL PRIMARY KEY, price REAL);
  CREATE TABLE audit (id INTEGER PRIMARY KEY, event TEXT, old TEXT, new TEXT);
  INSERT INTO customer VALUES (1, 'Ann', 0, 0.5, 1, '2001-01-01 00:00:00'), (2, 'Bob', 0, 1.5, 0, '2001-01-01 00:00:00');
  INSERT INTO purchase VALUES (1, 1, 'open', 0.5, 'P1', '2001-01-01 00:00:00');
  INSERT INTO line VALUES (1, 1, 'nail', 0.25, 2);
  INSERT INTO tally VALUES ('nail', 2);
  INSERT INTO last_price VALUES ('nail', 0.25);
  INSERT INTO audit VALUES (1, 'begin', 'a', 'b');
  CREATE VIEW open_purchase AS SELECT id, customer, code FROM purchase WHERE status = 'open';

  CREATE TRIGGER customer_stamp AFTER UPDATE OF name, vip ON customer BEGIN
    UPDATE customer SET changed_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
  END;
  CREATE TRIGGER customer_name BEFORE UPDATE OF name ON customer WHEN length(NEW.name) < 2 BEGIN SELECT RAISE(ABORT, 'short'); END;
  CREATE TRIGGER customer_kept BEFORE DELETE ON customer WHEN OLD.vip BEGIN SELECT RAISE(IGNORE); END;
  CREATE TRIGGER customer_gone AFTER DELETE ON customer BEGIN
    INSERT INTO audit(event, old) VALUES ('customer gone', OLD.name);
  END;

  CREATE TRIGGER purchase_code AFTER INSERT ON purchase WHEN NEW.code IS NULL BEGIN
    UPDATE purchase SET code = 'P' || NEW.id WHERE id = NEW.id;
  END;
  CREATE TRIGGER purchase_count AFTER INSERT ON purchase BEGIN
    UPDATE customer SET orders = orders + 1 WHERE id = NEW.customer;
  END;
  CREATE TRIGGER purchase_less AFTER DELETE ON purchase BEGIN
    UPDATE customer SET orders = orders - 1 WHERE id = OLD.customer;
  END;
  CREATE TRIGGER purchase_lines AFTER DELETE ON purchase BEGIN DELETE FROM line WHERE purchase = OLD.id; END;
  CREATE TRIGGER purchase_status AFTER UPDATE OF status ON purchase WHEN NEW.status IS NOT OLD.status BEGIN
    INSERT INTO audit(event, old, new) VALUES ('status of ' || NEW.id, OLD.status, NEW.status);
  END;
  CREATE TRIGGER purchase_paid AFTER UPDATE OF status ON purchase WHEN NEW.status = 'paid' AND OLD.status <> 'paid' BEGIN
    UPDATE customer SET spent = spent + ifnull(NEW.total, 0), vip = CASE WHEN spent > 20 THEN 1 ELSE vip END WHERE id = NEW.customer;
  END;
  CREATE TRIGGER purchase_state BEFORE UPDATE OF status ON purchase BEGIN
    SELECT CASE
      WHEN NEW.status NOT IN ('open', 'paid', 'sent') THEN RAISE(ABORT, 'no such status')
      WHEN OLD.status = 'sent' AND NEW.status <> 'sent' THEN RAISE(ABORT, 'it is sent')
    END;
  END;

  CREATE TRIGGER line_total_i AFTER INSERT ON line BEGIN
    UPDATE purchase SET total = (SELECT sum(price * amount) FROM line WHERE line.purchase = NEW.purchase) WHERE id = NEW.purchase;
    INSERT INTO tally VALUES (NEW.what, ifnull(NEW.amount, 0)) ON CONFLICT(what) DO UPDATE SET amount = amount + excluded.amount;
    INSERT OR REPLACE INTO last_price VALUES (NEW.what, NEW.price);
  END;
  CREATE TRIGGER line_total_d AFTER DELETE ON line BEGIN
    UPDATE purchase SET total = ifnull(total, 0) - ifnull(OLD.price * OLD.amount, 0), changed_at = CURRENT_TIMESTAMP WHERE id = OLD.purchase;
    UPDATE tally SET amount = amount - ifnull(OLD.amount, 0) WHERE what = OLD.what;
    DELETE FROM tally WHERE what = OLD.what AND amount <= 0;
  END;
  CREATE TRIGGER line_check BEFORE INSERT ON line BEGIN
    SELECT RAISE(ABORT, 'not open') WHERE NOT EXISTS (SELECT 1 FROM purchase WHERE id = NEW.purchase AND status = 'open');
    SELECT RAISE(ABORT, 'too many lines') FROM line WHERE purchase = NEW.purchase GROUP BY purchase HAVING count(*) >= 4;
  END;

  CREATE TRIGGER open_i INSTEAD OF INSERT ON open_purchase BEGIN
    INSERT INTO purchase(id, customer, code) VALUES (NEW.id, NEW.customer, NEW.code);
  END;
  CREATE TRIGGER open_d INSTEAD OF DELETE ON open_purchase BEGIN UPDATE purchase SET status = 'sent' WHERE id = OLD.id; END;
`;

/** Mulberry32: small, and the same everywhere. */
const generator = (from: number) => {
  let state = from;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

const next = generator(seed);
const one = <T>(...list: readonly T[]): T => list[next(list.length)]!;
const row = (): number => 1 + next(12);
const text = (): string => one("'nail'", "'screw'", "'a'", "'Ünïcode'", "NULL", "'it''s'");

const STATEMENTS: readonly (() => string)[] = [
  () => `INSERT INTO customer(id, name, vip) VALUES (${row()}, ${text()}, ${one("true", "false")})`,
  () => `INSERT INTO purchase(id, customer, code) VALUES (${row()}, ${row()}, ${text()})`,
  () => `INSERT INTO purchase(id, customer) VALUES (${row()}, ${row()})`,
  () => `INSERT INTO purchase(id, customer) VALUES (${row()}, 1), (${row() + 20}, 2)`,
  () =>
    `INSERT INTO line VALUES (${row()}, ${row()}, ${text()}, ${one("0.25", "1.5", "10.0", "NULL")}, ${one("1", "3", "NULL")})`,
  () => `INSERT INTO line VALUES (${row()}, 1, 'nail', 2.5, 1)`,
  () => `UPDATE customer SET name = ${text()} WHERE id = ${row()}`,
  () => `UPDATE customer SET vip = ${one("true", "false")}`,
  () => `UPDATE customer SET orders = orders WHERE id < ${row()}`,
  () => `UPDATE purchase SET status = ${one("'open'", "'paid'", "'sent'", "'odd'")} WHERE id = ${row()}`,
  () => `UPDATE purchase SET status = 'paid'`,
  () => `UPDATE purchase SET code = ${text()} WHERE id <= ${row()}`,
  () => `UPDATE line SET amount = 2 WHERE id = ${row()}`,
  () => `DELETE FROM line WHERE id = ${row()}`,
  () => `DELETE FROM line WHERE what = ${text()}`,
  () => `DELETE FROM purchase WHERE id = ${row()}`,
  () => `DELETE FROM customer WHERE id = ${row()}`,
  () => `DELETE FROM customer WHERE id > ${row()}`,
  () => `INSERT INTO open_purchase(id, customer, code) VALUES (${row()}, ${row()}, ${text()})`,
  () => `DELETE FROM open_purchase WHERE id = ${row()}`,
];

it(`keeps both engines alike over ${steps} random changes (seed ${seed})`, async () => {
  const both = await bothEngines(database, SHOP, { apart: ["audit.id"] });
  const left = both.report.findings.filter(({ code }) => code === "TRIGGER_NOT_TRANSLATED");
  expect(left.map(({ where, message }) => `${where}: ${message.split(";")[0]}`)).toEqual([]);
  let taken = 0;
  for (let step = 0; step < steps; step++) taken += Number(await both.run(one(...STATEMENTS)()));
  // Random changes that are nearly all refused would show nothing.
  expect(taken).toBeGreaterThan(steps / 5);
});
