CREATE TABLE folder (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE file (id INTEGER PRIMARY KEY, folder INTEGER NOT NULL REFERENCES folder(id), name TEXT);
CREATE TABLE bookmark (id INTEGER PRIMARY KEY, folder INTEGER REFERENCES folder(id));
INSERT INTO folder VALUES (1, 'a'), (2, 'b');
INSERT INTO file VALUES (1, 1, 'x'), (2, 1, 'y'), (3, 2, 'z');
INSERT INTO bookmark VALUES (1, 1), (2, 2);
CREATE TRIGGER folder_gone AFTER DELETE ON folder BEGIN
  DELETE FROM file WHERE folder = OLD.id;
  UPDATE bookmark SET folder = NULL WHERE folder = OLD.id;
END;
