CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  amount INTEGER,
  price REAL,
  code TEXT,
  label TEXT GENERATED ALWAYS AS (upper(substr(name, 1, 1)) || substr(name, 2)) STORED,
  CHECK (amount <> '' AND instr(name, ' ') <> 1)
);
CREATE INDEX items_folded ON items (lower(trim(name)));
INSERT INTO items (id, name, amount, price, code) VALUES
  (1, 'apple', 3, 0.125, '12 left'), (2, 'Émile', 0, 2.675, 'x'), (3, 'it''s', -7, 1234567.5, '0042'), (4, '', NULL, NULL, NULL);
CREATE VIEW written AS
  SELECT id, printf('%05d|%-6s|%.2f|%,d', amount, name, price, amount * 1000) AS line, round(price, 2) AS price, round(price) AS whole FROM items;
CREATE VIEW cut AS
  SELECT id, substr(name, -2) AS tail, substr(name, 3, -2) AS head, replace(name, '''', '') AS plain, quote(name) AS quoted, hex(name) AS hex, unicode(name) AS point FROM items;
CREATE VIEW read AS SELECT id, code + 0 AS number, CAST(code AS INTEGER) AS whole, CAST(code AS REAL) AS real, amount / 2 AS half, amount % 2 AS rest FROM items;
CREATE VIEW mixed AS SELECT id, coalesce(amount, 'none') AS amount, CASE WHEN price > 1 THEN price ELSE 'cheap' END AS price, iif(amount > 0, 'more', amount = 0, 'none', 'less') AS kind FROM items;
CREATE VIEW spoken AS SELECT name || ': ' || amount || ' at ' || price AS line, typeof(amount) AS class, "no such column" AS word FROM items;
CREATE VIEW chance AS SELECT id, random() AS n FROM items;
