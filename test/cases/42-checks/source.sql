CREATE TABLE p (id INTEGER PRIMARY KEY, age INT CHECK (age >= 0 AND age < 150), kind TEXT CHECK (kind IN ('a', 'b')), n INT CONSTRAINT small CHECK (n < 10), g TEXT CHECK (g GLOB '[a-z]*'));
INSERT INTO p VALUES (1, 5, 'a', 3, 'x');
PRAGMA ignore_check_constraints = ON;
INSERT INTO p VALUES (2, 5, 'b', 99, 'y');
