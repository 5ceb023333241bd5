CREATE TABLE author (id INTEGER PRIMARY KEY, posts INT NOT NULL DEFAULT 0);
CREATE TABLE post (id INTEGER PRIMARY KEY, author INTEGER REFERENCES author(id), word TEXT);
CREATE TABLE word_count (word TEXT PRIMARY KEY, n INT NOT NULL);
INSERT INTO author VALUES (1, 1), (2, 0);
INSERT INTO post VALUES (1, 1, 'a');
INSERT INTO word_count VALUES ('a', 1);
CREATE TRIGGER up AFTER INSERT ON post BEGIN
  UPDATE author SET posts = posts + 1 WHERE id = NEW.author;
  INSERT INTO word_count VALUES (NEW.word, 1) ON CONFLICT(word) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER down AFTER DELETE ON post BEGIN UPDATE author SET posts = posts - 1 WHERE id = OLD.author; END;
