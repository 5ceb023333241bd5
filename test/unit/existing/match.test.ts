/** Names on both sides, and what is said about zones. */
import { describe, expect, it } from "vitest";
import { matchName, pairNames } from "../../../src/existing/match.ts";
import { zoneMinutes } from "../../../src/plan/zone.ts";

describe("a planned name means", () => {
  it.each([
    ["the very name first", "userName", ["username", "userName", "user_name"], { name: "userName" }],
    ["else one of another case", "userName", ["username", "user_name"], { name: "username" }],
    ["else its snake_case spelling", "userName", ["user_name", "name"], { name: "user_name" }],
    ["and the other way round", "user_name", ["userName"], { name: "userName" }],
    ["two of one look are ambiguous", "user", ["User", "USER"], { ambiguous: ["User", "USER"] }],
    ["nothing that only resembles it", "users", ["user", "usersX"], null],
  ])("%s", (_, wanted, there, match) => expect(matchName(wanted, there)).toEqual(match));

  it("exactly itself where the user names it", () => {
    expect(matchName("user", ["User"], true)).toBeNull();
    expect(matchName("User", ["User", "user"], true)).toEqual({ name: "User" });
  });
});

describe("pairs of names", () => {
  const wanted = (...names: string[]) => names.map((name) => ({ source: name, target: name, exactly: false }));

  it("a name that one has exactly is nobody else's", () =>
    expect(pairNames(wanted("User", "user"), ["user"])).toEqual([null, { name: "user" }]));

  it("two that mean one are a problem of the second", () =>
    expect(pairNames(wanted("userName", "USER_NAME"), ["user_name"])).toMatchObject([
      { name: "user_name" },
      { problem: expect.stringContaining("user_name is meant by userName too") },
    ]));

  it("one that may mean two is a problem of its own", () =>
    expect(pairNames(wanted("user"), ["User", "USER"])).toMatchObject([
      { problem: expect.stringContaining("User and USER may both be meant") },
    ]));
});

describe("a zone", () => {
  it.each([
    ["UTC", undefined, 0],
    ["+05:30", undefined, 330],
    ["-08:00", undefined, -480],
    ["-00:00", undefined, 0],
    [undefined, undefined, null],
    [undefined, "suggestions", 0],
    [undefined, ["NAIVE_AS_UTC"], 0],
    [undefined, ["TEXT_HOLDS_UUID"], null],
    ["+02:00", "suggestions", 120],
  ] as const)("%s, accepting %j, is %s minutes from UTC", (zone, accept, minutes) =>
    expect(zoneMinutes(zone, accept === undefined || accept === "suggestions" ? accept : [...accept])).toBe(minutes),
  );
});
