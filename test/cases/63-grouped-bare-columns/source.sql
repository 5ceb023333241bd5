CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
CREATE TABLE players (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams, name TEXT, score INTEGER);
INSERT INTO teams VALUES (1, 'Red', 'Oslo'), (2, 'Blue', 'Rome'), (3, 'Grey', NULL);
INSERT INTO players VALUES (1, 1, 'ann', 5), (2, 1, 'bob', 9), (3, 2, 'cyd', 2), (4, NULL, 'dee', 4);
CREATE VIEW by_key AS SELECT t.id, t.name, t.city, count(p.id) AS players FROM teams t LEFT JOIN players p ON p.team = t.id GROUP BY t.id;
CREATE VIEW by_reference AS SELECT p.team, t.name, sum(p.score) AS score FROM players p LEFT JOIN teams t ON t.id = p.team GROUP BY p.team;
CREATE VIEW best AS SELECT team, name, max(score) AS score FROM players GROUP BY team;
CREATE VIEW numbered AS SELECT rowid, name FROM teams;
CREATE VIEW any_player AS SELECT team, name, count(*) AS n FROM players GROUP BY team;
