CREATE VIRTUAL TABLE docs USING vec0(
  doc_id TEXT PRIMARY KEY, embedding float[4] distance_metric=cosine, small int8[4] distance_metric=l1, bits bit[16],
  tenant INTEGER PARTITION KEY, title TEXT, ok BOOLEAN, score FLOAT, pages INTEGER, +body TEXT, +extra BLOB);
INSERT INTO docs VALUES
  ('a', '[0.1, -0.0, 2, 3e-40]', vec_int8('[-128, 127, 0, 1]'), vec_bit(x'0180'), 7, 'short', 1, 0.5, 9007199254740993, 'one', x'00'),
  ('b', '[1, 2, 3, 4]', vec_int8('[1, 2, 3, 4]'), vec_bit(x'ff00'), 8, 'longer than twelve bytes', 0, -1.25, -1, NULL, NULL),
  ('gone', '[0, 0, 0, 1]', vec_int8('[0, 0, 0, 0]'), vec_bit(x'0000'), 8, 'x', 0, 0.0, 0, NULL, NULL),
  ('ünï', '[-1, 0.5, 0, 0]', vec_int8('[0, 0, 0, 1]'), vec_bit(x'0001'), 7, 'exactly 12 b', 1, 1e300, 0, '', x'');
DELETE FROM docs WHERE doc_id = 'gone';
CREATE VIRTUAL TABLE plain USING vec0(v float[2]);
INSERT INTO plain (rowid, v) VALUES (9, '[1, 2]'), (-3, '[3, 4]');
CREATE VIRTUAL TABLE numbered USING vec0(item INTEGER PRIMARY KEY, v float[2] distance_metric=L2, chunk_size=8);
INSERT INTO numbered SELECT value * 3, vec_f32('[' || value || ', 1]') FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]');
