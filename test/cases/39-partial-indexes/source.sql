CREATE TABLE room (id INTEGER PRIMARY KEY, state TEXT, owner INT, gone INT);
CREATE UNIQUE INDEX one_open ON room (owner) WHERE state = 'open' AND gone IS NULL;
CREATE INDEX upper_state ON room (upper(state) DESC);
INSERT INTO room VALUES (1, 'open', 5, NULL), (2, 'shut', 5, NULL), (3, 'open', 5, 1);
