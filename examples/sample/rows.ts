/** The bookshop's rows, table after table in the order in which keys are needed. */
import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import type { Random } from "../support/random.ts";
import { blurb, COUNTRIES, FIRST, LAST, title } from "../support/words.ts";

const BOOKS = 3_000;
const AUTHORS = 320;
const CUSTOMERS = 2_500;
const PURCHASES = 9_000;
const COVERS = 400;
const EPOCH = Date.UTC(2019, 0, 1);
const DAY = 86_400_000;

/** `2024-05-01 13:20:05`. */
const datetime = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");
const date = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);

/** `table` may carry a list of columns. */
type Insert = (table: string, ...values: readonly unknown[]) => void;

/** Fills the empty schema. Integers for columns without a type are bigints: the driver binds numbers as REAL. */
export const fill = (database: Database.Database, random: Random): void => {
  const statements = new Map<string, Database.Statement>();
  const insert: Insert = (table, ...values) => {
    const places = values.map(() => "?").join(", ");
    const statement = statements.get(table) ?? database.prepare(`INSERT INTO ${table} VALUES (${places})`);
    statements.set(table, statement);
    statement.run(...values);
  };
  people(insert, random);
  const prices = books(insert, random);
  database.exec("UPDATE publisher SET flagship_id = (SELECT min(id) FROM book WHERE publisher_id = publisher.id)");
  const customers = buyers(insert, random);
  purchases(insert, random, customers, prices);
  reviews(insert, random, customers);
  stock(insert, random);
  settings(insert);
};

const people = (insert: Insert, random: Random): void => {
  for (let id = 1; id <= AUTHORS; id += 1) {
    const born =
      random.below(5) === 0 ? null : date(Date.UTC(1890 + random.below(110), random.below(12), 1 + random.below(28)));
    insert(
      "author",
      id,
      `${random.pick(FIRST)} ${random.pick(LAST)}`,
      born,
      random.pick(COUNTRIES),
      random.below(4) === 0 ? 0 : 1,
    );
  }
  const shelves = ["Fiction", "History", "Science", "Children", "Poetry", "Travel", "Cookery", "Art"];
  shelves.forEach((name, index) => {
    insert("category", index + 1, null, name);
  });
  for (let id = 9; id <= 48; id += 1) {
    const parent = 1 + random.below(8);
    insert("category", id, parent, `${shelves[parent - 1]} ${id}`);
  }
  for (let id = 1; id <= 36; id += 1)
    insert("publisher", id, `${LAST[id % LAST.length]} & ${random.pick(LAST)} ${id}`, null);
};

/** Returns each book's price in cents, by id. */
const books = (insert: Insert, random: Random): number[] => {
  const prices = [0];
  const columns =
    "book (id, uuid, title, publisher_id, category_id, price, weight, in_print, published, attributes, added_at)";
  for (let id = 1; id <= BOOKS; id += 1) {
    const cents = 399 + random.below(6000);
    const name = title(random);
    const added = EPOCH + random.below(2200) * DAY + random.below(DAY);
    const attributes = {
      pages: 60 + random.below(900),
      languages: random.below(6) === 0 ? ["en", random.pick(["de", "fr", "ja"])] : ["en"],
      signed: random.below(50) === 0,
    };
    insert(
      columns,
      id,
      random.uuid(),
      name,
      1 + random.below(36),
      1 + random.below(48),
      cents / 100,
      random.below(9) === 0 ? null : 80 + random.below(14_000) / 10,
      random.below(5) === 0 ? 0 : 1,
      date(added - random.below(9000) * DAY),
      JSON.stringify(attributes),
      datetime(added),
    );
    const first = 1 + random.below(AUTHORS);
    insert("book_author", id, first, 1);
    if (random.below(2) === 0) insert("book_author", id, 1 + (first % AUTHORS), 2);
    insert("book_search", name, blurb(random, 12));
    prices.push(cents);
    if (id <= COVERS) {
      const image = random.bytes(300 + random.below(500));
      insert("cover", id, image, createHash("sha256").update(image).digest());
    }
  }
  return prices;
};

const buyers = (insert: Insert, random: Random): string[] =>
  Array.from({ length: CUSTOMERS }, (_, index) => {
    const id = random.uuid();
    const first = random.pick(FIRST);
    const last = random.pick(LAST);
    const preferences =
      random.below(3) === 0
        ? null
        : JSON.stringify({ theme: random.pick(["light", "dark"]), page: 10 + random.below(4) * 10 });
    const created = new Date(EPOCH + random.below(2200) * DAY + random.below(DAY)).toISOString();
    insert(
      "customer",
      id,
      `Reader.${index + 1}@example.org`,
      `${first} ${last}`,
      random.below(2),
      preferences,
      created,
    );
    return id;
  });

const purchases = (insert: Insert, random: Random, customers: readonly string[], prices: readonly number[]): void => {
  for (let id = 1; id <= PURCHASES; id += 1) {
    const ordered = EPOCH + random.below(2500) * DAY + random.below(DAY);
    const status = random.pick(["open", "paid", "shipped", "shipped", "shipped", "returned"]);
    const lines = Array.from({ length: 1 + random.below(4) }, () => ({
      book: 1 + random.below(BOOKS),
      quantity: 1 + random.below(3),
    }));
    const total = lines.reduce((sum, { book, quantity }) => sum + prices[book]! * quantity, 0);
    const shipped =
      status === "shipped" || status === "returned" ? datetime(ordered + (1 + random.below(6)) * DAY) : null;
    insert("purchase", id, random.pick(customers), status, datetime(ordered), shipped, total / 100);
    lines.forEach(({ book, quantity }, index) => {
      insert("purchase_line", id, index + 1, book, quantity, prices[book]! / 100);
    });
  }
};

const reviews = (insert: Insert, random: Random, customers: readonly string[]): void => {
  let id = 0;
  for (let book = 1; book <= BOOKS; book += 1) {
    const start = random.below(customers.length - 6);
    for (let count = random.below(5); count > 0; count -= 1) {
      id += 1;
      const written = EPOCH + random.below(2500) * DAY + random.below(DAY);
      insert(
        "review",
        id,
        book,
        customers[start + count]!,
        1 + random.below(5),
        random.below(4) === 0 ? null : blurb(random, 20),
        written,
      );
    }
  }
};

/** A table without a key, whose `reason` holds words and, from an old release of the shop, numbers. */
const stock = (insert: Insert, random: Random): void => {
  for (let count = 0; count < 4_000; count += 1) {
    const reason =
      random.below(40) === 0 ? BigInt(1 + random.below(9)) : random.pick(["delivery", "sale", "inventory", "damage"]);
    insert(
      "stock_movement",
      1 + random.below(BOOKS),
      random.below(60) - 20,
      reason,
      datetime(EPOCH + count * (DAY / 2)),
    );
  }
  for (let count = 0; count < 300; count += 1) {
    const cents = 500 + random.below(4000);
    insert(
      "price_change",
      1 + random.below(BOOKS),
      cents / 100,
      (cents + 100) / 100,
      datetime(EPOCH + count * 7 * DAY),
    );
  }
};

/** One column, all storage classes: what a settings table comes to. */
const settings = (insert: Insert): void => {
  const values: Readonly<Record<string, unknown>> = {
    "shop.name": "The Land Bridge",
    "shop.opened": "2019-01-01",
    "tax.rate": 0.07,
    "page.size": 25n,
    "order.counter": 9_007_199_254_740_993n,
    "logo.bytes": Buffer.from("\u{1F4DA}"),
    motto: "Ein Buch ist wie ein Garten, den man in der Tasche trägt.",
    maintenance: null,
  };
  for (const [name, value] of Object.entries(values)) insert("setting", name, value);
};
