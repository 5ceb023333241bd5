import { describe, expect, test } from "vitest";
import { LandbridgeError } from "../../../src/errors.ts";
import type { RunEvent } from "../../../src/events.ts";
import { isTransient, withRetry } from "../../../src/target/retry.ts";

const withCode = (code: string, message = "x"): Error => Object.assign(new Error(message), { code });
const context = (events: RunEvent[] = []) => ({
  emit: (event: RunEvent) => void events.push(event),
  step: "copy" as const,
  firstPause: 1,
});

describe("transient", () => {
  test.each([
    "08006",
    "08P01",
    "53300",
    "57P01",
    "57P02",
    "57P03",
    "40001",
    "40P01",
    "55P03",
    "ECONNRESET",
    "EPIPE",
    "ETIMEDOUT",
  ])("is %s", (code) => expect(isTransient(withCode(code))).toBe(true));
  test.each(["23505", "22003", "28P01", "42501", "53100", "57014", "ENOENT", "ENOTFOUND"])("is not %s", (code) =>
    expect(isTransient(withCode(code))).toBe(false),
  );
  test("is a connection that ended, by the driver's words", () => {
    expect(isTransient(new Error("Connection terminated unexpectedly"))).toBe(true);
  });
  test("is an error of ours with a transient cause", () => {
    const error = new LandbridgeError({
      code: "TARGET_UNREACHABLE",
      message: "m",
      remedy: "r",
      cause: withCode("ECONNREFUSED"),
    });
    expect(isTransient(error)).toBe(true);
  });
  test("is all addresses of a host refusing, not one of them failing for good", () => {
    expect(isTransient(new AggregateError([withCode("ECONNREFUSED"), withCode("EHOSTUNREACH")]))).toBe(true);
    expect(isTransient(new AggregateError([withCode("ECONNREFUSED"), withCode("28P01")]))).toBe(false);
  });
});

describe("withRetry", () => {
  test("tries again until it succeeds, and tells each time", async () => {
    const events: RunEvent[] = [];
    const result = await withRetry(
      "slice 1",
      async (attempt) => {
        if (attempt < 3) throw withCode("40001", "conflict");
        return attempt;
      },
      context(events),
    );
    expect(result).toBe(3);
    expect(events).toMatchObject([
      { kind: "retry", what: "slice 1", attempt: 1, reason: "conflict" },
      { kind: "retry", what: "slice 1", attempt: 2, reason: "conflict" },
    ]);
  });

  test("gives up after the last attempt with the last error", async () => {
    let calls = 0;
    const failing = withRetry(
      "it",
      async () => {
        throw withCode("53300", `call ${++calls}`);
      },
      { ...context(), attempts: 3 },
    );
    await expect(failing).rejects.toThrow("call 3");
  });

  test("does not repeat what fails for good", async () => {
    let calls = 0;
    await expect(
      withRetry(
        "it",
        async () => {
          calls++;
          throw withCode("23505");
        },
        context(),
      ),
    ).rejects.toThrow();
    expect(calls).toBe(1);
  });

  test("stops waiting when the run is ended", async () => {
    const stop = new AbortController();
    const failing = withRetry(
      "it",
      async () => {
        throw withCode("53300");
      },
      { ...context(), firstPause: 60_000, signal: stop.signal },
    );
    stop.abort(new Error("interrupted"));
    await expect(failing).rejects.toThrow(/interrupted|x/);
  });
});
