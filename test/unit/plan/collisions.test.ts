import { describe, expect, it } from "vitest";
import { collision } from "../../../src/plan/collisions.ts";
import { parseConfig } from "../../../src/plan/config.ts";
import type { PlanIndex } from "../../../src/plan/model.ts";
import { columnOf, planOf, viewOf } from "../../support/plan.ts";

const id = columnOf({ target: "id" });
const indexOf = (name: string, source: string | null = name): PlanIndex => ({
  ...{ name, source, unique: false, elements: ['"id"'], where: null, options: null },
  method: "btree",
});
const key = (name: string) => ({ name, columns: ["id"] });

const first = planOf({
  schema: "app",
  tables: [
    { target: "users", columns: [id], primaryKey: key("users_pkey"), indexes: [indexOf("by_mail")] },
    { target: "orders", columns: [id], primaryKey: key("orders_pkey"), uniques: [key("a_b_key")] },
  ],
  views: [viewOf({ target: "latest", query: "SELECT 1" })],
  enums: [{ name: "mood", labels: ["ok", "no"] }],
});

const clash = (second: ReturnType<typeof planOf>) =>
  collision({ sourceName: "a.db", plan: first }, { sourceName: "b.db", plan: second });

describe("names that two files would both have", () => {
  it("are none where nothing is called the same", () => {
    const second = planOf({
      schema: "app",
      tables: [{ target: "notes", columns: [id], primaryKey: key("notes_pkey") }],
    });
    expect(clash(second)).toBeNull();
  });

  it("are told with lines that landbridge.yaml takes; a key that is named by its table goes with it", () => {
    const second = planOf({
      schema: "app",
      tables: [
        {
          ...{ target: "users", source: "Users", columns: [id], primaryKey: key("users_pkey") },
          indexes: [indexOf("by_mail"), indexOf("users_auto", "sqlite_autoindex_Users_1")],
        },
        { target: "b_users", columns: [id] },
      ],
    });
    const error = clash(second)!;
    expect([error.code, error.exitCode]).toEqual(["SOURCES_COLLIDE", 4]);
    expect(error.message).toBe('a.db and b.db would both have in schema "app": table users, index by_mail.');
    const yaml = error.remedy.split("\n").slice(1).join("\n");
    expect(parseConfig(yaml, "f")).toEqual({
      sources: {
        "a.db": {},
        "b.db": { tables: { Users: { target: "b_users_1" } }, rename: { by_mail: "b_by_mail" } },
      },
    });
  });

  it("are of any kind that shares a namespace: a view and a table, a key, an enum, a trigger's function", () => {
    const trigger = {
      ...{ source: "t", name: "t", function: "touch", table: "users", timing: "AFTER", event: "UPDATE", when: null },
    } as const;
    const withTrigger = (plan: ReturnType<typeof planOf>) =>
      ({ ...plan, triggers: [trigger] }) as unknown as ReturnType<typeof planOf>;
    const second = planOf({
      schema: "app",
      tables: [
        { target: "latest", columns: [id] },
        { target: "a", columns: [id], uniques: [key("a_b_key")] },
      ],
      views: [viewOf({ target: "orders", query: "SELECT 1" })],
      enums: [{ name: "mood", labels: ["ok", "yes"] }],
    });
    const error = collision(
      { sourceName: "a.db", plan: withTrigger(first) },
      { sourceName: "b c.db", plan: withTrigger(second) },
    )!;
    expect(error.message).toContain("table latest, key a_b_key, view orders, type mood, function touch");
    const { sources } = parseConfig(error.remedy.split("\n").slice(1).join("\n"), "f");
    expect(sources?.["b c.db"]).toEqual({
      tables: { latest: { target: "b_c_latest" } },
      rename: { a_b_key: "b_c_a_b_key", orders: "b_c_orders", touch: "b_c_touch" },
      enums: { b_c_mood: ["ok", "yes"] },
    });
  });
});
