CREATE TABLE item (id INTEGER PRIMARY KEY, tags JSON NOT NULL, sizes TEXT, codes TEXT);
INSERT INTO item VALUES (1, '["a"]', '[1, 2.50]', '["abc"]'), (2, '[1]', '[1]', '[]'), (3, '{"a":1}', '[1]', '[]'), (4, '[["a"]]', '[1]', '[]'),
  (5, '[]', '[0.10000000000000000001]', '[]'), (6, '[]', '[1e400]', '[]'), (7, '[]', '["1"]', '[]'), (8, '[]', '[]', '["abcd"]'), (9, '["x\u0000"]', '[]', '[]'), (10, 'a,b', '[]', '[]');
CREATE TABLE wide (id INTEGER PRIMARY KEY, codes TEXT);
INSERT INTO wide VALUES (1, '[9223372036854775807, -9223372036854775808]'), (2, '[9223372036854775808]'), (3, '[-9223372036854775809]'), (4, '[1e2]');
