import { type DBInstance, DescribeDBInstancesCommand, RebootDBInstanceCommand } from "@aws-sdk/client-rds";
import { describe, expect, it } from "vitest";
import { outcome, provider, type RebootTools, settleReboot } from "../../infra/aws/reboot.ts";

/** What RDS says, call after call; the last answer goes on for ever. */
const rds = (...answers: (readonly [status: string, parameters: string] | Error | null)[]) => {
  const calls: string[] = [];
  let at = 0;
  const send = async (command: unknown) => {
    if (command instanceof RebootDBInstanceCommand) {
      calls.push(`reboot ${command.input.DBInstanceIdentifier}`);
      return {};
    }
    if (!(command instanceof DescribeDBInstancesCommand)) throw new Error("an unexpected call");
    calls.push("describe");
    const answer = answers[Math.min(at++, answers.length - 1)]!;
    if (answer instanceof Error) throw answer;
    return { DBInstances: answer === null ? [] : [instance(...answer)] };
  };
  const tools = { rds: { send }, sleep: async () => {} } as unknown as RebootTools;
  return { calls, tools };
};
const instance = (status: string, parameters: string): DBInstance => ({
  DBInstanceStatus: status,
  DBParameterGroups: [{ ParameterApplyStatus: parameters }],
});
const request = (reboot: boolean) => ({ instance: "landbridge-prod", region: "eu-central-1", reboot });

describe("an instance with everything in effect", () => {
  it("is never rebooted, even where that was asked for", async () => {
    const { calls, tools } = rds(["available", "in-sync"]);
    expect(await settleReboot(request(true), tools)).toBe(false);
    expect(calls).toEqual(["describe"]);
  });
});

describe("a parameter that waits for a reboot", () => {
  it("is reported, and nothing is done", async () => {
    const { calls, tools } = rds(["available", "pending-reboot"]);
    expect(await settleReboot(request(false), tools)).toBe(true);
    expect(calls).toEqual(["describe"]);
  });

  it("is awaited first while the group is being taken over", async () => {
    const { calls, tools } = rds(["available", "applying"], ["available", "applying"], ["available", "pending-reboot"]);
    expect(await settleReboot(request(false), tools)).toBe(true);
    expect(calls).toHaveLength(3);
  });

  it("is brought into effect where that was asked for, once the instance is free, and waited for", async () => {
    const { calls, tools } = rds(
      ["modifying", "pending-reboot"],
      ["modifying", "pending-reboot"],
      ["available", "pending-reboot"],
      // Right after the call nothing has happened yet.
      ["available", "pending-reboot"],
      ["rebooting", "pending-reboot"],
      ["rebooting", "in-sync"],
      ["available", "in-sync"],
    );
    expect(await settleReboot(request(true), tools)).toBe(false);
    expect(calls.filter((call) => call !== "describe")).toEqual(["reboot landbridge-prod"]);
    expect(calls.indexOf("reboot landbridge-prod")).toBe(3);
    expect(calls).toHaveLength(8);
  });
});

describe("what goes wrong", () => {
  it("an instance that is not there is an error with its name", async () => {
    await expect(settleReboot(request(false), rds(null).tools)).rejects.toThrow(
      /landbridge-prod in eu-central-1 is not there/,
    );
  });

  it("parameters that RDS refuses are an error", async () => {
    await expect(settleReboot(request(false), rds(["available", "failed"]).tools)).rejects.toMatchObject({
      code: "RDS_REBOOT",
    });
  });

  it("an instance that never gets ready ends the waiting", async () => {
    await expect(settleReboot(request(true), rds(["modifying", "pending-reboot"]).tools)).rejects.toThrow(/in time/);
  });

  it("a throttled call is made again", async () => {
    const throttled = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    const { calls, tools } = rds(throttled, throttled, ["available", "in-sync"]);
    expect(await settleReboot(request(false), tools)).toBe(false);
    expect(calls).toHaveLength(3);
  });

  it("a refused call is not", async () => {
    const denied = Object.assign(new Error("not authorized"), {
      name: "AccessDenied",
      $metadata: { httpStatusCode: 403 },
    });
    const { calls, tools } = rds(denied);
    await expect(settleReboot(request(false), tools)).rejects.toThrow("not authorized");
    expect(calls).toHaveLength(1);
  });
});

describe("the next update", () => {
  it("looks again while a reboot is pending, and not once it is done", () => {
    expect(provider.triggers).toContain("fingerprint");
    expect(outcome("abc", true)).toEqual({ fingerprint: "", pendingReboot: true });
    expect(outcome("abc", false)).toEqual({ fingerprint: "abc", pendingReboot: false });
  });
});
