/** A local AWS for tests: moto, where it is installed (`moto_server` on PATH, or its path in LANDBRIDGE_MOTO). */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../src/target/embedded/free-port.ts";

export interface Moto {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** null, and one line that says so, where it is not installed. */
export const startMoto = async (): Promise<Moto | null> => {
  const command = process.env["LANDBRIDGE_MOTO"] ?? "moto_server";
  if (spawnSync(command, ["--help"], { stdio: "ignore" }).status !== 0) {
    console.log(
      "skipped: no local AWS emulator (pip install 'moto[server]', or its moto_server in LANDBRIDGE_MOTO); the SDK stubs ran",
    );
    return null;
  }
  const port = await freePort();
  const child = spawn(command, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  await answered(`${endpoint}/moto-api/data.json`, child);
  return { endpoint, stop: () => ended(child) };
};

/** For the clients of the SDK: moto takes any credentials, and finds no others than these. */
export const motoEnvironment = (endpoint: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "testing",
  AWS_SECRET_ACCESS_KEY: "testing",
  AWS_EC2_METADATA_DISABLED: "true",
});

/**
 * What the emulated account begins with: a default VPC. EC2's own client would be one more package for two ids.
 * @param action DescribeSubnets, DescribeSecurityGroups
 */
export const firstId = async (endpoint: string, action: string, element: string): Promise<string> => {
  // The emulator tells services apart by the scope of the signature, and does not check the signature.
  const scope = "Credential=testing/20260101/eu-central-1/ec2/aws4_request";
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({ Action: action, Version: "2016-11-15" }),
  });
  const [, id] = new RegExp(`<${element}>([^<]+)</${element}>`).exec(await response.text()) ?? [];
  if (id === undefined) throw new Error(`moto has no ${element}`);
  return id;
};

const answered = async (url: string, child: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`moto_server ended with ${child.exitCode}`);
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await sleep(200);
  }
  throw new Error("moto_server does not answer");
};

const ended = async (child: ChildProcess): Promise<void> => {
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await exit;
};
