import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provider } from "../../infra/aws/reboot.ts";
import { type Moto, motoEnvironment, startMoto } from "../support/moto.ts";

const moto: Moto | null = await startMoto();
const before = { ...process.env };

describe.skipIf(moto === null)("the pending reboot, by the real calls on a local AWS", () => {
  beforeAll(async () => {
    Object.assign(process.env, motoEnvironment(moto!.endpoint));
    const rds = new RDSClient({});
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "landbridge-test",
        DBInstanceClass: "db.t4g.medium",
        Engine: "postgres",
        AllocatedStorage: 20,
        MasterUsername: "postgres",
        ManageMasterUserPassword: true,
        DBParameterGroupName: "default.postgres16",
      }),
    );
  });

  afterAll(async () => {
    process.env = before;
    await moto?.stop();
  });

  const inputs = (instance: string) => ({
    instance,
    region: "eu-central-1",
    reboot: true,
    fingerprint: "abc",
    profile: "",
  });

  it("finds an instance with everything in effect, and leaves it alone", async () => {
    expect(await provider.create(inputs("landbridge-test"), "")).toEqual({
      id: "landbridge-test",
      outs: { instance: "landbridge-test", reboot: true, fingerprint: "abc", pendingReboot: false },
    });
  });

  it("says which instance is not there", async () => {
    await expect(provider.create(inputs("elsewhere"), "")).rejects.toThrow(/elsewhere in eu-central-1 is not there/);
  });
});
