/** A stack of a test: the real CLI on a file backend of its own, in this very project. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../../scripts/stack/find.ts";
import { CLI } from "./tools.ts";

export interface CliResult {
  readonly exitCode: number;
  /** stdout and stderr together. */
  readonly text: string;
}

export class TestStack {
  readonly name: string;
  readonly #state = mkdtempSync(join(tmpdir(), "landbridge-e2e-"));
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(name: string) {
    this.name = `e2e-${name}-${process.pid}`;
    this.#environment = {
      ...process.env,
      PATH: `${join(ROOT, "node_modules", ".bin")}:${process.env["PATH"]}`,
      PULUMI_BACKEND_URL: `file://${this.#state}`,
      PULUMI_CONFIG_PASSPHRASE: "of this test alone",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  }

  /** Runs the CLI; its own exit code is the caller's to judge. */
  cli(...args: string[]): CliResult {
    const { status, stdout, stderr } = spawnSync(CLI, [...args, "--non-interactive"], {
      cwd: ROOT,
      env: this.#environment,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    return { exitCode: status ?? -1, text: `${stdout}${stderr}` };
  }

  /** @throws Error with everything that the CLI printed */
  must(...args: string[]): string {
    const { exitCode, text } = this.cli(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args[0]} ended with ${exitCode}:\n${text}`);
    return text;
  }

  init(config: Readonly<Record<string, string>>): void {
    this.must("stack", "init", this.name);
    this.configure(config);
  }

  configure(config: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(config)) this.must("config", "set", key, value, "--stack", this.name);
  }

  secret(key: string, value: string): void {
    this.must("config", "set", "--secret", key, value, "--stack", this.name);
  }

  up(...args: string[]): string {
    return this.must("up", "--yes", "--skip-preview", "--stack", this.name, ...args);
  }

  /** The CLI at work, for a test that ends it. */
  start(...args: string[]): ChildProcess {
    return spawn(CLI, [...args, "--stack", this.name, "--non-interactive"], {
      cwd: ROOT,
      env: this.#environment,
    });
  }

  /** One of the project's own verbs, as `npm run` starts it. @throws Error with everything that it printed */
  verb(name: string, ...args: string[]): string {
    const options = { cwd: ROOT, env: this.#environment, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [join("scripts", `${name}.ts`), ...args], options);
    if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stdout}${stderr}`);
    return `${stdout}${stderr}`;
  }

  outputs(): Readonly<Record<string, unknown>> {
    const { stdout } = spawnSync(CLI, ["stack", "output", "--json", "--show-secrets", "--stack", this.name], {
      cwd: ROOT,
      env: this.#environment,
      encoding: "utf8",
    });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** The state as it is stored, in which no secret may be readable. */
  state(): string {
    return this.must("stack", "export", "--stack", this.name);
  }

  /** Ends the stack whatever state it is in; never throws, so that the test's own failure is what is seen. */
  remove(): void {
    // On a server that was there already nothing is protected, and the key is refused.
    if (this.cli("config", "get", "target", "--stack", this.name).text.trim() !== "existing") {
      this.cli("config", "set", "protect", "false", "--stack", this.name);
      this.cli("up", "--yes", "--skip-preview", "--stack", this.name);
    }
    this.cli("destroy", "--yes", "--skip-preview", "--stack", this.name);
    this.cli("stack", "rm", "--yes", "--force", "--stack", this.name);
    rmSync(join(ROOT, `Pulumi.${this.name}.yaml`), { force: true });
    rmSync(this.#state, { recursive: true, force: true });
  }
}
