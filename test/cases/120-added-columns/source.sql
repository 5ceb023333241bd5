CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, price INTEGER);
INSERT INTO users VALUES (1, 'a@example.org', 250), (2, 'b@example.org', 99), (3, 'c@example.org', NULL);
