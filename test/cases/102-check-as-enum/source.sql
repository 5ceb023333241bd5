CREATE TABLE state (name TEXT PRIMARY KEY CHECK (name IN ('open', 'done', 'late')));
CREATE TABLE task (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'open' REFERENCES state (name), kind VARCHAR(10) CHECK (kind IS NULL OR kind = 'small' OR kind = 'big'),
  mood TEXT COLLATE NOCASE CHECK (mood IN ('glad')), level TEXT CHECK (level IN ('low', 'high')), CHECK (kind <> 'big' OR state <> 'done'));
CREATE INDEX task_open ON task (id) WHERE state = 'open';
CREATE INDEX task_kind ON task (kind, state);
CREATE VIEW open_tasks AS SELECT id, kind, state FROM task WHERE state = 'open' OR kind IN ('big', 'other');
INSERT INTO state VALUES ('open'), ('done'), ('late');
PRAGMA ignore_check_constraints = 1;
INSERT INTO task VALUES (1, 'open', 'small', 'glad', 'low'), (2, 'done', NULL, 'GLAD', 'medium'), (3, 'late', 'big', NULL, NULL);
