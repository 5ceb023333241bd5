/** Real TLS against a server with a certificate of a self-made CA; skipped, with a word, where openssl is not installed. */
import { execFileSync, spawnSync } from "node:child_process";
import { chown, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../../src/target/connect.ts";
import { type Embedded, startEmbedded } from "../../../src/target/embedded/embedded.ts";
import { readServerFacts } from "../../../src/target/facts.ts";
import { parseTarget } from "../../../src/target/url.ts";

const missing = spawnSync("openssl", ["version"]).status !== 0;
if (missing) console.warn("TLS tests are skipped: openssl is not installed");

let directory: string;
let server: Embedded;
const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });

/** A CA, and a certificate by it for the name localhost alone: 127.0.0.1 is the same server under a wrong name. */
const makeCertificates = async (): Promise<void> => {
  const key = ["-newkey", "rsa:2048", "-nodes", "-days", "2"];
  for (const ca of ["ca", "other-ca"])
    openssl("req", "-x509", ...key, "-keyout", `${ca}.key`, "-out", `${ca}.crt`, "-subj", `/CN=${ca}`);
  openssl(
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    "server.key",
    "-out",
    "server.csr",
    "-subj",
    "/CN=localhost",
  );
  await writeFile(join(directory, "names"), "subjectAltName=DNS:localhost\n");
  openssl(
    "x509",
    "-req",
    "-in",
    "server.csr",
    "-CA",
    "ca.crt",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-days",
    "2",
    "-extfile",
    "names",
    "-out",
    "server.crt",
  );
};

const tls = async (host: string, options: string): Promise<boolean> => {
  const { port, user, password, database } = server.target.config;
  const target = parseTarget(`postgresql://${user}:${password}@${host}:${port}/${database}?${options}`);
  const client = await connect(target, "test");
  try {
    return (await readServerFacts(client)).tls;
  } finally {
    await client.end();
  }
};
const root = (ca: string): string => `sslrootcert=${encodeURIComponent(join(directory, `${ca}.crt`))}`;

describe.skipIf(missing)("a server with TLS", () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "landbridge-tls-"));
    await makeCertificates();
    // Made first without TLS: only then is it known whom the key must belong to.
    const place = { directory: join(directory, "server"), environment: process.env };
    const plain = await startEmbedded(place);
    const { home } = JSON.parse(await readFile(join(place.directory, "postgres-18.json"), "utf8")) as { home: string };
    await plain.stop();
    const data = join(home, "data");
    const { uid, gid } = await stat(data);
    for (const name of ["server.crt", "server.key"]) {
      await writeFile(join(data, name), await readFile(join(directory, name)), { mode: 0o600 });
      await chown(join(data, name), uid, gid);
    }
    const parameters = { ssl: "on", fsync: "off" };
    server = await startEmbedded({ ...place, parameters });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(directory, { recursive: true });
  });

  test.each([
    ["localhost", "sslmode=disable", false],
    ["localhost", "sslmode=allow", false],
    ["localhost", "sslmode=prefer", true],
    ["localhost", "", true],
    ["127.0.0.1", "sslmode=require", true],
  ])("is reached as %s with %s, encrypted: %s", async (host, options, encrypted) => {
    expect(await tls(host, options)).toBe(encrypted);
  });

  test("is reached with verify-full under the name of its certificate", async () => {
    expect(await tls("localhost", `sslmode=verify-full&${root("ca")}`)).toBe(true);
  });

  test("is refused with verify-full under another name, and accepted with verify-ca", async () => {
    await expect(tls("127.0.0.1", `sslmode=verify-full&${root("ca")}`)).rejects.toMatchObject({ code: "TARGET_TLS" });
    expect(await tls("127.0.0.1", `sslmode=verify-ca&${root("ca")}`)).toBe(true);
  });

  test("is reached with verify-full at another address, as through a tunnel, where its name is said", async () => {
    const options = `hostaddr=127.0.0.1&sslmode=verify-full&${root("ca")}`;
    expect(await tls("localhost", options)).toBe(true);
    await expect(tls("db.example", options)).rejects.toMatchObject({ code: "TARGET_TLS" });
  });

  test.each(["verify-full", "verify-ca", "require"])(
    "is refused with %s and the certificate of another CA",
    async (mode) => {
      await expect(tls("localhost", `sslmode=${mode}&${root("other-ca")}`)).rejects.toMatchObject({
        code: "TARGET_TLS",
      });
    },
  );

  test("is refused with verify-full when nobody we trust has signed its certificate", async () => {
    await expect(tls("localhost", "sslmode=verify-full")).rejects.toMatchObject({ code: "TARGET_TLS" });
  });
});
