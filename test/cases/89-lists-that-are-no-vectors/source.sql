CREATE TABLE lists (id INTEGER PRIMARY KEY, ratings TEXT, pair TEXT, digest BLOB);
INSERT INTO lists VALUES
  (1, '[0, 1, 2, 3, 4, 0, 1, 2]', '[0.5, 1.25]', x'5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9'),
  (2, '[1, 2, 3, 4, 0, 1, 2, 3]', '[1.5, 1.25]', x'6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b'),
  (3, '[2, 3, 4, 0, 1, 2, 3, 4]', '[2.5, 1.25]', x'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35'),
  (4, '[3, 4, 0, 1, 2, 3, 4, 0]', '[3.5, 1.25]', x'4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce'),
  (5, '[4, 0, 1, 2, 3, 4, 0, 1]', '[4.5, 1.25]', x'4b227777d4dd1fc61c6f884f48641d02b4d121d3fd328cb08b5531fcacdabf8a'),
  (6, '[0, 1, 2, 3, 4, 0, 1, 2]', '[5.5, 1.25]', x'ef2d127de37b942baad06145e54b0c619a1f22327b2ebbcfbec78f5564afe39d'),
  (7, '[1, 2, 3, 4, 0, 1, 2, 3]', '[6.5, 1.25]', x'e7f6c011776e8db7cd330b54174fd76f7d0216b612387a5ffcfb81e6f0919683'),
  (8, '[2, 3, 4, 0, 1, 2, 3, 4]', '[7.5, 1.25]', x'7902699be42c8a8e46fbbb4501726517e86b22c56a189f7625a6da49081b2451');
