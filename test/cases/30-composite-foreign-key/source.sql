CREATE TABLE track (album INT, number INT, PRIMARY KEY (album, number));
CREATE TABLE play (id INTEGER PRIMARY KEY, n INT, a INT, FOREIGN KEY (a, n) REFERENCES track (album, number) ON DELETE CASCADE);
INSERT INTO track VALUES (1, 2);
INSERT INTO play VALUES (1, 2, 1);
