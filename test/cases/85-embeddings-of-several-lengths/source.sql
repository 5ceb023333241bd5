CREATE TABLE memory (id INTEGER PRIMARY KEY, embedding BLOB);
INSERT INTO memory VALUES
  (1, x'00000000a46a573fb7c7683fc381103ecfbd41bf107c75bf8c0f8fbe4630283f'),
  (2, x'95467d3f3201d33ef8440bbf5cff7fbfd85c09bf2220d73e72987d3f4479263f'),
  (3, x'106893be251e76bfb34040bf6979193ec8b6693f102f563f150511bce7a158bf'),
  (4, x'fcd367bf388707be0837433f0ed5743f2ab48a3ee9e329bfa4ef7cbf06decebe'),
  (5, x'4d2a0d3f39fa7f3ff771073fc23adbbe38e57dbfeabe24bf9fbd973e4bbb763f'),
  (6, x'bcbf3e3ffb6d22be28a16abf31ef54bfa103913cd0d4593f9adb663fe813fd3d'),
  (7, x'56ac44bf222974bfff5586be24942b3fa0937c3fb4b6ca3ecd0c0fbff4ef7fbf'),
  (8, x'5e8405bffd50df3ee72c7e3f4301233f23109cbe7f5377bff23a3dbf4b5f2b3e'),
  (9, x'23f5813eed402dbf8c327cbf518bc6be6eec103f8ee07f3f1894033fbc62e3be7d6f7ebf574021bf865fa03ebce6773f');
