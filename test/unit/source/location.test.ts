import { describe, expect, test } from "vitest";
import { ExitCode, LandbridgeError } from "../../../src/errors.ts";
import { sourcePath } from "../../../src/source/location.ts";

describe("where the source is", () => {
  test.each([
    ["app.sqlite", "app.sqlite"],
    ["/data/my app 100%25.db", "/data/my app 100%25.db"],
    ["./odd?name#1.db", "./odd?name#1.db"],
    ["sqlite:///data/app.db", "data/app.db"],
    ["sqlite:////data/app.db", "/data/app.db"],
    ["sqlite:////data/app.db?timeout=5&x=1", "/data/app.db"],
    ["sqlite+aiosqlite:///app.db", "app.db"],
    ["sqlite+pysqlite:////app%20one.db", "/app one.db"],
    ["SQLITE:///App.DB", "App.DB"],
    ["sqlite://data.db", "data.db"],
    ["sqlite:data.db", "data.db"],
    ["sqlite3:db/dev.sqlite3", "db/dev.sqlite3"],
    ["sqlite:///100%.db", "100%.db"],
    ["file:./dev.db", "./dev.db"],
    ["file:/abs/a%20b.db?mode=ro", "/abs/a b.db"],
    ["file:///abs/a.db", "/abs/a.db"],
    ["file://localhost/abs/a.db#x", "/abs/a.db"],
  ])("takes %s for %s", (text, path) => {
    expect(sourcePath(text)).toBe(path);
  });

  test.each([
    [":memory:", "SOURCE_IN_MEMORY"],
    ["sqlite://", "SOURCE_IN_MEMORY"],
    ["sqlite:///:memory:", "SOURCE_IN_MEMORY"],
    ["file::memory:?cache=shared", "SOURCE_IN_MEMORY"],
    ["file:x?mode=memory&cache=shared", "SOURCE_IN_MEMORY"],
    ["", "SOURCE_NOT_NAMED"],
    ["postgresql+asyncpg://u:hunter2@h/db", "SOURCE_IS_POSTGRES"],
    ["postgres://u:hunter2@h/db", "SOURCE_IS_POSTGRES"],
    ["mysql://u:hunter2@h/db", "SOURCE_URL_UNKNOWN"],
    ["file://server/share/a.db", "SOURCE_URL_UNKNOWN"],
  ])("refuses %s as %s, repeating no password", (text, code) => {
    const error = caught(() => sourcePath(text));
    expect(error).toMatchObject({ code, exitCode: ExitCode.USAGE });
    expect(`${error.message}${error.remedy}`).not.toContain("hunter2");
  });
});

function caught(act: () => unknown): LandbridgeError {
  try {
    act();
  } catch (error) {
    if (error instanceof LandbridgeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
