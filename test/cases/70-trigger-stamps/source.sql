CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT, slug TEXT, updated_at DATETIME);
INSERT INTO note VALUES (1, 'One', 'one', '2001-01-01 00:00:00');
CREATE TRIGGER note_stamp AFTER UPDATE ON note WHEN OLD.updated_at IS NEW.updated_at
BEGIN UPDATE note SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id; END;
CREATE TRIGGER note_slug AFTER INSERT ON note WHEN NEW.slug IS NULL
BEGIN UPDATE note SET slug = lower(replace(NEW.title, ' ', '-')) || '-' || NEW.id WHERE rowid = NEW.rowid; END;
