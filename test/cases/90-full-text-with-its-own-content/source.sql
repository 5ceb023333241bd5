CREATE VIRTUAL TABLE page USING fts5(title, body, url UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3');
INSERT INTO page (rowid, title, body, url) VALUES
  (7, 'Connections', 'Running naïve foxes, the relational kind', 'https://example.com/running'),
  (-3, 'Other', NULL, 'https://example.com/other');
CREATE VIRTUAL TABLE empty USING fts5(title, body);
