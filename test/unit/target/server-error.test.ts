import { expect, test } from "vitest";
import { usageError } from "../../../src/errors.ts";
import { serverError } from "../../../src/target/server-error.ts";

const withCode = (code: string): Error => Object.assign(new Error("as the server says"), { code });

test.each([
  ["53100", "TARGET_DISK_FULL"],
  ["53200", "TARGET_OUT_OF_MEMORY"],
  ["42501", "TARGET_PRIVILEGES"],
  ["42P01", "TARGET_TABLE_MISSING"],
  ["25006", "TARGET_READ_ONLY"],
  ["57P01", "TARGET_LOST"],
  ["ECONNRESET", "TARGET_LOST"],
])("%s is told as %s, with a remedy", (code, told) => {
  const error = serverError(withCode(code), "the copy of orders");
  expect(error).toMatchObject({ code: told, message: "The server stopped the copy of orders: as the server says" });
  expect(error?.remedy).not.toBe("");
});

test("an error for a person stays what it is", () => {
  const error = usageError({ code: "FLAG_INVALID", message: "Not so.", remedy: "So." });
  expect(serverError(error, "the run")).toBe(error);
});

test.each([withCode("42601"), new TypeError("undefined is not a crossing"), "a text"])(
  "%s is nobody's lack",
  (error) => {
    expect(serverError(error, "the run")).toBeNull();
  },
);
