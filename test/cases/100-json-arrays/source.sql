CREATE TABLE item (id INTEGER PRIMARY KEY, tags TEXT DEFAULT '[]', counts TEXT, sizes TEXT, digits TEXT, flags TEXT, refs TEXT, empty TEXT, mixed TEXT, declared JSON);
INSERT INTO item VALUES
  (1, '["a","b, \"c\"",null]', '[1, -2, 9223372036854775807]', '[1.0, 2.5]', '[0.10000000000000000001]', '[true,false]', '["0188f3a2-5b6c-7d8e-9f00-112233445566"]', '[]', '[1,"a"]', '["a"]'),
  (2, '[]', '[]', '[1e-07]', '[12345678901234567890]', '[null]', '[]', '[]', '[]', '[]'),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, '["\u00e9","é"]', '[0]', '[]', '[1.50]', '[]', '["0188f3a2-5b6c-7d8e-9f00-112233445567",null]', '[]', '{}', '["b"]');
