CREATE TABLE resource (id INTEGER PRIMARY KEY, title TEXT, subject JSON, keywords TEXT);
INSERT INTO resource VALUES
  (1, 'One', '["machine learning", "caf\u00e9"]', '["plain text", {"deep": ["nested word"]}]'),
  (2, 'Two', NULL, '[]');
