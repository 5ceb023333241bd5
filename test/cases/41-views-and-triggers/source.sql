CREATE TABLE sale (id INTEGER PRIMARY KEY, amount INT, kind TEXT);
INSERT INTO sale VALUES (1, 10, 'a'), (2, 20, 'b'), (3, 5, 'a');
CREATE VIEW per_kind AS WITH s AS (SELECT kind, amount FROM sale) SELECT kind, sum(amount) AS total FROM s GROUP BY kind;
CREATE VIEW strange AS SELECT printf('%e', amount) AS p FROM sale;
CREATE TRIGGER audit AFTER INSERT ON sale BEGIN UPDATE sale SET amount = 0 WHERE id = 1; END;
