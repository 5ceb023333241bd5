CREATE TABLE resource (id CHAR(36) PRIMARY KEY, title TEXT NOT NULL, description TEXT);
CREATE TABLE resource_number (number INTEGER PRIMARY KEY AUTOINCREMENT, resource CHAR(36) UNIQUE);
CREATE VIRTUAL TABLE resource_fts USING fts5(title, description, content = '');
CREATE TRIGGER resource_ai AFTER INSERT ON resource BEGIN
  INSERT OR IGNORE INTO resource_number (resource) VALUES (NEW.id);
  INSERT INTO resource_fts (rowid, title, description)
    VALUES ((SELECT number FROM resource_number WHERE resource = NEW.id), NEW.title, COALESCE(NEW.description, ''));
END;
INSERT INTO resource VALUES ('5f3c8a4e-1111-4111-8111-000000000001', 'Machine learning', NULL), ('5f3c8a4e-1111-4111-8111-000000000002', 'Gardens', 'machine-made');
