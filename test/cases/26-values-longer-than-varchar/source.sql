CREATE TABLE page (id INTEGER PRIMARY KEY, short VARCHAR(3), fits VARCHAR(5), blanks CHAR(3));
INSERT INTO page VALUES (1, 'four', 'five5', 'a  '), (2, 'x', '', 'abc');
