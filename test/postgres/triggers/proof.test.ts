/** The proof tells a planned trigger that is missing, switched off or bent from one that is there. */
import { expect, it } from "vitest";
import { verifyObjects } from "../../../src/verify/objects.ts";
import { bothEngines } from "../../support/both-engines.ts";
import { freshDatabase } from "../../support/database.ts";
import { planOfSource } from "../../support/trigger-plan.ts";

const database = await freshDatabase();

const SOURCE = `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE log (what TEXT);
  INSERT INTO item VALUES (1, 'a'); INSERT INTO log VALUES ('x');
  CREATE TRIGGER noted AFTER INSERT ON item BEGIN INSERT INTO log VALUES (NEW.name); END;
  CREATE TRIGGER gone AFTER DELETE ON item BEGIN INSERT INTO log VALUES (OLD.name); END;`;

it("names what became of each planned trigger", async () => {
  const { schema, report } = await bothEngines(database, SOURCE);
  const { plan } = await planOfSource(SOURCE);
  const others = async () => (await verifyObjects(database.admin, plan, schema, new Set())).others;
  expect(report.objects.others).toEqual([]);
  expect(await others()).toEqual([]);
  await database.admin.query(
    `SET search_path = ${schema}; ALTER TABLE item DISABLE TRIGGER noted; DROP TRIGGER gone ON item`,
  );
  expect(await others()).toEqual([
    { kind: "trigger", name: "noted on item", state: "different", message: "it is switched off" },
    { kind: "trigger", name: "gone on item", state: "missing", message: null },
  ]);
  await database.admin.query(
    "ALTER TABLE item ENABLE TRIGGER noted; CREATE TRIGGER gone AFTER DELETE ON item FOR EACH ROW EXECUTE FUNCTION noted()",
  );
  expect(await others()).toEqual([
    { kind: "trigger", name: "gone on item", state: "different", message: "it calls noted, not gone" },
  ]);
});
