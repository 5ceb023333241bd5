CREATE TABLE "User" ("Id" INTEGER PRIMARY KEY, "select" TEXT, "Order" INT UNIQUE);
CREATE TABLE "references" ("authorId" INT REFERENCES "User" ("Id"), "a ""quoted"" name" TEXT, "user" TEXT);
CREATE INDEX "Ix_User_Mixed" ON "User" ("select");
INSERT INTO "User" VALUES (1, 's', 2);
INSERT INTO "references" VALUES (1, 'q', 'u');
