CREATE TABLE flags (id INTEGER PRIMARY KEY, active BOOLEAN, at DATETIME, uid UUID, amount DECIMAL(10,2), raw BLOB, note TEXT);
INSERT INTO flags VALUES
  (1, 1, '2024-01-01 10:00:00', 'a0000000-0000-4000-8000-000000000001', 10.5, x'00ff', 'a'),
  (2, 0, '2024-06-01 00:00:00', 'b0000000-0000-4000-8000-000000000002', 3, NULL, NULL),
  (3, NULL, NULL, NULL, NULL, x'', '');
CREATE VIEW passed AS SELECT * FROM flags;
CREATE VIEW doubled AS SELECT a.active, b.at, a.uid FROM flags a CROSS JOIN flags b;
CREATE VIEW summed AS SELECT active, sum(amount) AS amount, avg(amount * 1.1) AS mean, max(at) AS last FROM flags GROUP BY active;
CREATE VIEW over_view AS SELECT uid, at FROM passed WHERE active = 1;
CREATE VIEW over_sums AS SELECT s.mean, s.amount FROM summed s JOIN (SELECT max(mean) AS top FROM summed) m ON m.top >= s.mean;
CREATE VIEW cut AS SELECT note FROM flags LIMIT 2;
CREATE VIEW now AS SELECT id, datetime('now') AS now FROM flags;
CREATE VIEW no_rows AS SELECT id FROM flags WHERE id > 100;
