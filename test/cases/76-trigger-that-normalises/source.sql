CREATE TABLE user (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, state TEXT, done_at DATETIME);
INSERT INTO user VALUES (1, 'a@b.c', 'a', 'new', '2001-01-01 00:00:00');
CREATE TRIGGER user_email AFTER INSERT ON user BEGIN
  UPDATE user SET email = lower(trim(NEW.email)), name = coalesce(NEW.name, substr(email, 1, 1)) WHERE id = NEW.id;
END;
CREATE TRIGGER user_done AFTER UPDATE OF state ON user BEGIN
  UPDATE user SET done_at = CASE WHEN NEW.state = 'done' THEN CURRENT_TIMESTAMP ELSE done_at END WHERE id = NEW.id;
END;
