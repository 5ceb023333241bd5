CREATE TABLE documents (id INTEGER PRIMARY KEY, title TEXT, meta JSON, created_at TEXT, kind TEXT, amount INTEGER);
INSERT INTO documents VALUES (1, 'One', '{"a": 1}', '2026-01-01 10:00:00', 'x', 5), (2, 'Two', '{"a": 2}', '2026-02-01 10:00:00', 'y', 5);
