/** The sample's schema: a small bookshop as such applications really write theirs, with every kind of thing that has to cross. */

export const SCHEMA = `
CREATE TABLE author (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE,
  born DATE,
  country CHAR(2),
  is_active BOOLEAN NOT NULL DEFAULT 1
);
CREATE TABLE category (
  id INTEGER PRIMARY KEY,
  parent_id INTEGER REFERENCES category (id),
  name VARCHAR(60) NOT NULL UNIQUE
);
CREATE TABLE publisher (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  flagship_id INTEGER REFERENCES book (id)
);
CREATE TABLE book (
  id INTEGER PRIMARY KEY,
  uuid CHAR(36) NOT NULL UNIQUE,
  title TEXT NOT NULL,
  publisher_id INTEGER NOT NULL REFERENCES publisher (id),
  category_id INTEGER NOT NULL REFERENCES category (id),
  price DECIMAL(10,2) NOT NULL CHECK (price >= 0),
  weight REAL,
  in_print BOOLEAN NOT NULL DEFAULT 1,
  published DATE,
  attributes JSON NOT NULL DEFAULT '{}',
  added_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  title_length INTEGER GENERATED ALWAYS AS (length(title)) STORED
);
CREATE TABLE book_author (
  book_id INTEGER NOT NULL REFERENCES book (id) ON DELETE CASCADE,
  author_id INTEGER NOT NULL REFERENCES author (id),
  position INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (book_id, author_id)
) WITHOUT ROWID;
CREATE TABLE customer (
  id CHAR(36) PRIMARY KEY NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name TEXT NOT NULL,
  newsletter INTEGER NOT NULL DEFAULT 0,
  preferences TEXT,
  created_at TIMESTAMP NOT NULL
);
CREATE TABLE purchase (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id CHAR(36) NOT NULL REFERENCES customer (id),
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'shipped', 'returned')),
  ordered_at DATETIME NOT NULL,
  shipped_at DATETIME,
  total NUMERIC(12,2) NOT NULL
);
CREATE TABLE purchase_line (
  purchase_id INTEGER NOT NULL REFERENCES purchase (id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  book_id INTEGER NOT NULL REFERENCES book (id),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  unit_price DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (purchase_id, line)
);
CREATE TABLE review (
  id INTEGER PRIMARY KEY,
  book_id INTEGER NOT NULL REFERENCES book (id),
  customer_id TEXT NOT NULL REFERENCES customer (id),
  stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
  body TEXT,
  written_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE cover (
  book_id INTEGER PRIMARY KEY REFERENCES book (id),
  thumbnail BLOB NOT NULL,
  sha256 BLOB NOT NULL
);
CREATE TABLE stock_movement (
  book_id INTEGER NOT NULL REFERENCES book (id),
  change INT NOT NULL,
  reason,
  moved_at DATETIME NOT NULL
);
CREATE TABLE price_change (
  book_id INTEGER NOT NULL REFERENCES book (id),
  old_price DECIMAL(10,2) NOT NULL,
  new_price DECIMAL(10,2) NOT NULL,
  changed_at DATETIME NOT NULL
);
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value
) WITHOUT ROWID;
CREATE VIRTUAL TABLE book_search USING fts5 (title, blurb);

CREATE INDEX book_in_print ON book (category_id, published DESC) WHERE in_print = 1;
CREATE INDEX book_title_folded ON book (lower(title));
CREATE INDEX purchase_by_customer ON purchase (customer_id, ordered_at);
CREATE INDEX line_by_book ON purchase_line (book_id);
CREATE UNIQUE INDEX one_review_each ON review (book_id, customer_id);
CREATE VIEW best_seller AS
  SELECT b.id, b.title, sum(l.quantity) AS copies, count(DISTINCT l.purchase_id) AS purchases
  FROM book b JOIN purchase_line l ON l.book_id = b.id
  GROUP BY b.id, b.title
  HAVING sum(l.quantity) > 20;
CREATE TRIGGER book_price_changed AFTER UPDATE OF price ON book WHEN OLD.price <> NEW.price
BEGIN
  INSERT INTO price_change VALUES (NEW.id, OLD.price, NEW.price, datetime('now'));
END;
`;
