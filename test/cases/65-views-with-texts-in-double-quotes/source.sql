-- Only an SQLite that takes "open" for a text, as applications have it, can run these views.
CREATE TABLE tasks (id INTEGER PRIMARY KEY, status TEXT DEFAULT "open", big INTEGER, ratio REAL, raw BLOB, note TEXT);
INSERT INTO tasks (id, status, big, ratio, raw, note) VALUES
  (1, 'open', 9007199254740993, 0.1, x'00ff', 'naïve ☃'),
  (2, 'done', -9223372036854775808, 1e300, x'', ''),
  (3, 'open', 1, NULL, NULL, NULL),
  (4, NULL, NULL, -2.5, x'414243', 'it''s "quoted"');
CREATE VIEW open_tasks AS SELECT * FROM tasks WHERE status = "open";
CREATE VIEW labelled AS SELECT id, "task " || id AS label, coalesce(status, "none") AS status FROM tasks;
CREATE VIEW "by status" AS SELECT "status", count(*) AS n, sum(CASE "status" WHEN "open" THEN 1 ELSE 0 END) AS open FROM tasks GROUP BY "status";
CREATE VIEW over_them AS SELECT l.label, o.big FROM labelled l JOIN open_tasks o ON o.id = l.id WHERE l.status <> "done";
CREATE VIEW joined AS SELECT t.id, (SELECT count(*) FROM tasks s WHERE s.status = "open" AND s.id <= t.id) AS before FROM tasks t;
