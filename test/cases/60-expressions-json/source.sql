CREATE TABLE docs (
  id INTEGER PRIMARY KEY,
  body JSON NOT NULL CHECK (json_valid(body)),
  notes TEXT CHECK (notes IS NULL OR json_valid(notes)),
  tag TEXT GENERATED ALWAYS AS (json_extract(body, '$.tag')) VIRTUAL,
  size INTEGER GENERATED ALWAYS AS (body ->> '$.size') STORED,
  parts INTEGER GENERATED ALWAYS AS (json_array_length(body, '$.parts')) VIRTUAL,
  CHECK (json_type(body) = 'object' AND json_extract(body, '$.size') >= 0)
);
CREATE INDEX docs_color ON docs (json_extract(body, '$.color'));
CREATE UNIQUE INDEX docs_code ON docs (body ->> 'code');
CREATE INDEX docs_active ON docs (id) WHERE json_extract(body, '$.active') = 1;
INSERT INTO docs (id, body, notes) VALUES
  (1, '{"tag":"a","size":3,"color":"red","code":"x1","active":true,"parts":["p","q"],"price":2.5}', '{"by":"ann"}'),
  (2, '{"tag":"b","size":0,"color":null,"code":"x2","active":false,"parts":[],"price":10}', NULL),
  (3, '{"size":7,"color":"red","code":"x3","parts":["q",null,{"n":1}],"price":"3 EUR"}', '["n",2]');
CREATE VIEW doc_values AS
  SELECT id, json_extract(body, '$.color') AS color, body -> 'parts' AS parts, body ->> '$.parts[0]' AS first,
    json_extract(notes, '$.by') AS author, json_type(body, '$.price') AS price_type, coalesce(body ->> 'tag', 'none') AS tag
  FROM docs;
CREATE VIEW doc_parts AS SELECT d.id, p.key, p.value, p.type FROM docs d, json_each(d.body, '$.parts') AS p;
CREATE VIEW colors AS SELECT json_extract(body, '$.color') AS color, count(*) AS n, sum(json_extract(body, '$.price')) AS price FROM docs GROUP BY color;
CREATE VIEW active AS SELECT id FROM docs WHERE json_extract(body, '$.active');
CREATE VIEW made AS
  SELECT json_object('id', id, 'tag', tag, 'parts', json(body -> 'parts')) AS doc, json_array(id, tag, 0.5) AS list FROM docs;
CREATE VIEW gathered AS SELECT json_group_array(tag ORDER BY id) AS tags FROM docs;
CREATE VIEW leaves AS SELECT d.id, t.value FROM docs d, json_tree(d.body) t;
