CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, active BOOLEAN);
INSERT INTO person VALUES (1, 'Ann', 1), (2, 'Bob', 0);
CREATE VIEW active_person AS SELECT id, name FROM person WHERE active;
CREATE TRIGGER active_insert INSTEAD OF INSERT ON active_person BEGIN INSERT INTO person (id, name, active) VALUES (NEW.id, NEW.name, 1); END;
CREATE TRIGGER active_update INSTEAD OF UPDATE ON active_person WHEN NEW.name <> OLD.name BEGIN UPDATE person SET name = NEW.name WHERE id = OLD.id; END;
CREATE TRIGGER active_delete INSTEAD OF DELETE ON active_person BEGIN UPDATE person SET active = 0 WHERE id = OLD.id; END;
