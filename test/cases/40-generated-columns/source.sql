CREATE TABLE line (id INTEGER PRIMARY KEY, n INT, price REAL, total AS (n * price) STORED, twice AS (n * 2), odd AS (printf('%e', n)));
INSERT INTO line (id, n, price) VALUES (1, 3, 1.5);
