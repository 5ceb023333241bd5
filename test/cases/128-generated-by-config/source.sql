CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER,
  padded TEXT GENERATED ALWAYS AS (printf('%+05d', b)) STORED,
  wrong TEXT GENERATED ALWAYS AS (quote(a)) VIRTUAL);
INSERT INTO t (id, a, b) VALUES (1, 'x', 5), (2, 'it''s', 70);
