CREATE VIRTUAL TABLE docs USING vec0(embedding float[4], small int8[4], bits bit[8]);
INSERT INTO docs (rowid, embedding, small, bits) VALUES (1, '[0.1, -0.0, 2, 3e-40]', vec_int8('[-128, 127, 0, 1]'), vec_bit(x'01'));
