import { describe, expect, it } from "vitest";
import { LandbridgeError } from "../../../src/errors.ts";
import { parseConfig } from "../../../src/plan/config.ts";
import { configOf, namesBeside } from "../../../src/sources/config.ts";

const failure = (action: () => unknown): LandbridgeError => {
  try {
    action();
  } catch (error) {
    if (error instanceof LandbridgeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

const parse = (text: string) => parseConfig(text, "landbridge.yaml");

const TWO = `
schema: dryad
accept: suggestions
text: { nul: strip, invalid: replace }
sources:
  dryad.db: {}
  memory.db:
    accept: [INTEGER_AS_BOOLEAN]
    text: { nul: bytea }
    tables: { users: { target: memory_users } }
    rename: { ix_users_email: ix_memory_users_email }
`;

describe("what is said of one of several files", () => {
  it("counts before what is said for all, and the rest stays", () => {
    expect(configOf(parse(TWO), "memory.db")).toEqual({
      schema: "dryad",
      accept: ["INTEGER_AS_BOOLEAN"],
      text: { nul: "bytea", invalid: "replace" },
      tables: { users: { target: "memory_users" } },
      rename: { ix_users_email: "ix_memory_users_email" },
    });
    expect(configOf(parse(TWO), "dryad.db")).toEqual({
      schema: "dryad",
      accept: "suggestions",
      text: { nul: "strip", invalid: "replace" },
    });
  });

  it("is refused for a file that is not listed, with the nearest name", () => {
    const error = failure(() => configOf(parse(TWO), "memroy.db"));
    expect([error.code, error.exitCode]).toEqual(["SOURCE_NOT_LISTED", 2]);
    expect(error.remedy).toContain('Did you mean "memory.db"?');
    expect(failure(() => configOf(parse(TWO), "constructor")).code).toBe("SOURCE_NOT_LISTED");
  });

  it("does not matter where the configuration is for one file", () => {
    expect(configOf({ schema: "app" }, "any.db")).toEqual({ schema: "app" });
    expect(namesBeside({ schema: "app" }, "any.db")).toEqual([]);
  });

  it("knows who may stand beside it: from the file and from the command line", () => {
    expect(namesBeside(parse(TWO), "memory.db")).toEqual(["dryad.db"]);
    expect(namesBeside({}, "b.db", ["a.db", "b.db", "c.db"])).toEqual(["a.db", "c.db"]);
  });
});

describe("landbridge.yaml with several files", () => {
  it.each(["tables: { users: { skip: true } }", "enums: { mood: [ok] }", "expect: [users]", "rename: { a: b }"])(
    "says of tables and types what file they belong to, and not for all: %s",
    (line) => {
      const error = failure(() => parse(`${line}\nsources: { a.db: {} }\n`));
      expect([error.code, error.exitCode]).toEqual(["CONFIG_INVALID", 2]);
      expect(error.message).toMatch(/^landbridge\.yaml:1:1: .*stands under the file/);
    },
  );

  it("takes no unknown key of a file, and no schema: they all go into one", () => {
    expect(failure(() => parse("sources:\n  a.db:\n    tabels: {}\n")).message).toContain('3:5: unknown key "tabels"');
    expect(failure(() => parse("sources:\n  a.db: { schema: x }\n")).message).toContain('unknown key "schema"');
  });
});
