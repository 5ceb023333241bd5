CREATE TABLE account (id INTEGER PRIMARY KEY, owner TEXT, balance INT);
CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT NOT NULL, old TEXT, new TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
INSERT INTO account VALUES (1, 'Ann', 10);
INSERT INTO audit (what, old, new, at) VALUES ('begin', NULL, NULL, '2001-01-01 00:00:00');
CREATE TRIGGER account_changed AFTER UPDATE OF owner, balance ON account
WHEN OLD.owner IS NOT NEW.owner OR OLD.balance <> NEW.balance
BEGIN INSERT INTO audit VALUES (NULL, 'account ' || NEW.id, OLD.owner || ' ' || OLD.balance, NEW.owner || ' ' || NEW.balance, datetime('now')); END;
CREATE TRIGGER account_gone AFTER DELETE ON account BEGIN INSERT INTO audit (what, old) VALUES ('gone', OLD.owner); END;
