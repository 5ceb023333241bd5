import { describe, expect, it } from "vitest";
import { Namespace } from "../../../src/plan/names.ts";

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "";
};

describe("names by the user's word", () => {
  it("take the place of those that would be handed out, once each", () => {
    const names = new Namespace({ ix_mail: "ix_users_mail", ix_mail_1: "second" });
    expect(names.claim("ix_mail")).toBe("ix_users_mail");
    expect(names.claim("other")).toBe("other");
    expect(names.claim("ix_users_mail")).toBe("ix_users_mail_1");
    expect(names.unused).toEqual(["ix_mail_1"]);
  });

  it("leave alone what stands already, such as a table", () => {
    const names = new Namespace({ users: "people" });
    names.take("users");
    expect(names.claim("users_pkey")).toBe("users_pkey");
    expect(names.unused).toEqual(["users"]);
  });

  it("are refused where they are taken", () => {
    const names = new Namespace({ a: "b" });
    names.take("b");
    expect(codeOf(() => names.claim("a"))).toBe("NAMES_COLLIDE");
  });

  it("are not those of every JavaScript object", () => {
    expect(new Namespace({}).claim("constructor")).toBe("constructor");
  });
});
