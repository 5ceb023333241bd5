CREATE TABLE "hasOwnProperty" ("id" INTEGER PRIMARY KEY, "__proto__" TEXT, "constructor" TEXT CHECK ("constructor" <> 'x'));
CREATE TABLE "constructor" ("toString" INTEGER PRIMARY KEY, "valueOf" TEXT UNIQUE);
INSERT INTO "hasOwnProperty" VALUES (1, 'p', 'c');
INSERT INTO "constructor" VALUES (1, 'v');
