CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL CHECK (at IS datetime(at)),
  made INTEGER NOT NULL DEFAULT (unixepoch()),
  due DATETIME,
  day DATE
);
INSERT INTO events VALUES
  (1, '2024-01-31 10:20:30', 1700000000, '2024-02-29 12:00:00', '2024-01-31'),
  (2, '2023-12-31 23:59:59', 0, '2024-01-01 00:00:00', '2024-12-30'),
  (3, '2024-02-29 00:00:00', 253402300800, NULL, NULL);
CREATE VIEW read_from_text AS
  SELECT id, date(at) AS day, strftime('%Y-%m', at) AS month, CAST(strftime('%Y', at) AS INTEGER) AS year, time(at, '+90 minutes') AS later FROM events;
CREATE VIEW read_from_seconds AS SELECT id, datetime(made, 'unixepoch') AS made, date(made, 'unixepoch', 'start of year') AS year FROM events;
CREATE VIEW months AS SELECT id, date(due, '+1 month') AS next, date(due, 'start of month', '+1 month', '-1 day') AS last, date(day, 'weekday 1') AS monday FROM events;
CREATE VIEW days AS SELECT id, julianday(due) - julianday(day) AS days, CAST(julianday(due) - julianday(at) AS INTEGER) AS whole FROM events;
CREATE VIEW weeks AS SELECT id, strftime('%w %W %V %G %j', due) AS week, strftime('%s', due) - strftime('%s', at) AS seconds FROM events;
CREATE VIEW recent AS SELECT id FROM events WHERE at > datetime('now', '-7 days');
CREATE VIEW here AS SELECT datetime(at, 'localtime') AS at FROM events;
