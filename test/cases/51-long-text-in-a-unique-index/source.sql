CREATE TABLE url (id INTEGER PRIMARY KEY, u TEXT UNIQUE);
WITH RECURSIVE n (i, t) AS (SELECT 1, hex(randomblob(1)) UNION ALL SELECT i + 1, t || hex(randomblob(64)) FROM n WHERE i < 200) INSERT INTO url SELECT 1, t FROM n WHERE i = 200;
INSERT INTO url VALUES (2, 'short');
