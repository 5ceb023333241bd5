/**
 * A file with a vss0 table as sqlite-vss 0.1.2 wrote it: its rows were inserted and one deleted with the extension, which exists for
 * few platforms; here its shadow tables are made by hand.
 */
import { sqliteFile } from "./sqlite.ts";

const HEADLINE =
  "49784d320400000004000000000000000000100000000000000010000000000001010000004978463204000000040000000000000000001000000000000000100000000000010100000010000000000000000000803f00000040000040400000804000004040000000400000404000008040000080400000004000004040000080400000a0400000004000004040000080400400000000000000070000000000000015000000000000001c000000000000002300000000000000";
const BODY =
  "49784d320300000004000000000000000000100000000000000010000000000001000000004978464903000000040000000000000000001000000000000000100000000000010000000" +
  "00c000000000000000000803f0000003f000080bf000040400000003f000080bf000080400000003f000080bf0000a0400000003f000080bf0400000000000000070000000000000015000000000000001c000000000000002300000000000000";
const DECLARATION = `CREATE VIRTUAL TABLE notes using vss0(headline(4), body(3) factory="Flat,IDMap2" metric_type=INNER_PRODUCT)`;

/** @param inner the kind of the first index's inner one, as faiss names it; a flat one by default */
export const vssFile = (inner = "IxF2"): string =>
  sqliteFile(`
    CREATE TABLE notes_index(rowid integer primary key autoincrement, idx);
    CREATE TABLE notes_data(rowid integer primary key autoincrement, _);
    INSERT INTO notes_index VALUES (0, x'${HEADLINE.replace(Buffer.from("IxF2").toString("hex"), Buffer.from(inner).toString("hex"))}'), (1, x'${BODY}');
    INSERT INTO notes_data VALUES (7, NULL), (21, NULL), (28, NULL), (35, NULL);
    PRAGMA writable_schema = ON;
    INSERT INTO sqlite_schema VALUES ('table', 'notes', 'notes', 0, '${DECLARATION}');`);
