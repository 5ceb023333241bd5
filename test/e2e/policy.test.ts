import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/stack/find.ts";
import { CLI } from "./support/tools.ts";

/** The npm package's would have to be downloaded first, which a test must not do. */
const missing = CLI === "" || CLI.includes("node_modules");
if (missing)
  process.stderr.write("e2e skipped: there is no Pulumi CLI on PATH; the policies were tested as functions.\n");

/** A component has inputs, and the engine judges those as it does a resource's, without a provider for its type. */
const PROGRAM = `
import { ComponentResource } from "@pulumi/pulumi";
const [type, props, protect] = JSON.parse(process.env.PLANNED);
class Planned extends ComponentResource { constructor() { super(type, "planned", props, { protect }); } }
new Planned();
`;

describe.skipIf(missing)("pulumi preview --policy-pack infra/policy", () => {
  const project = mkdtempSync(join(tmpdir(), "landbridge-e2e-policy-"));
  const run = (args: readonly string[], planned: unknown = null) => {
    const { status, stdout, stderr } = spawnSync(CLI, [...args, "--non-interactive"], {
      cwd: project,
      env: {
        ...process.env,
        PATH: `${join(ROOT, "node_modules", ".bin")}:${process.env["PATH"]}`,
        PULUMI_BACKEND_URL: `file://${join(project, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "of this test alone",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PLANNED: JSON.stringify(planned),
      },
      encoding: "utf8",
    });
    return { status, text: `${stdout}${stderr}` };
  };
  const preview = (type: string, props: unknown, protect: boolean) =>
    run(["preview", "--policy-pack", join(ROOT, "infra", "policy")], [type, props, protect]);

  beforeAll(() => {
    mkdirSync(join(project, "state"));
    symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    writeFileSync(join(project, "index.js"), PROGRAM);
    const yaml = "name: policy\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\n";
    writeFileSync(join(project, "Pulumi.yaml"), yaml);
    const { status, text } = run(["stack", "init", "test"]);
    if (status !== 0) throw new Error(text);
  });

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  const DATABASE = "aws:rds/instance:Instance";
  const safe = {
    storageEncrypted: true,
    publiclyAccessible: false,
    deletionProtection: true,
    backupRetentionPeriod: 14,
    multiAz: true,
  };

  it("lets a database pass that is encrypted, private, protected and backed up", () => {
    const { status, text } = preview(DATABASE, safe, true);
    expect(text).toMatch(/✅ landbridge/);
    expect(status).toBe(0);
  });

  it("refuses one that is not, and says what is wrong with it", () => {
    const { status, text } = preview(DATABASE, { ...safe, storageEncrypted: false, publiclyAccessible: true }, true);
    expect(status).not.toBe(0);
    expect(text).toMatch(/\[mandatory\] {2}database-encrypted/);
    expect(text).toMatch(/It is publicly accessible\./);
  });

  it("advises where it does not refuse", () => {
    const ports = [{ internal: 5432, external: 5432, ip: "0.0.0.0" }];
    const { status, text } = preview("docker:index/container:Container", { command: ["postgres"], ports }, false);
    expect(status).toBe(0);
    expect(text).toMatch(/\[advisory\] {2}postgres-container-behind-tls/);
  });
});
