CREATE TABLE memory (id INTEGER PRIMARY KEY, embedding BLOB, huge BLOB);
WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 4500)
INSERT INTO memory SELECT r.value, vec_f32((SELECT json_group_array(1.0 / (i + r.value)) FROM k WHERE i <= 2500)), vec_f32((SELECT json_group_array(1.0 / (i + r.value)) FROM k)) FROM json_each('[1, 2, 3]') AS r;
