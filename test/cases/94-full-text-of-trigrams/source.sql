CREATE VIRTUAL TABLE code USING fts5(name, line, note UNINDEXED, tokenize = 'trigram');
INSERT INTO code VALUES ('main.c', 'return getValue(x) % 100_000;', 'n'), ('other.c', NULL, NULL);
CREATE VIRTUAL TABLE exact USING fts5(name, tokenize = 'trigram case_sensitive 1');
INSERT INTO exact VALUES ('CamelCase');
