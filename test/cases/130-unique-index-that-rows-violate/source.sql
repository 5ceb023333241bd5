CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT);
INSERT INTO t VALUES (1, 'a@x'), (2, 'A@x'), (3, 'b@x'), (4, NULL), (5, NULL);
