/**
 * PostgreSQL that is already there: self-hosted, Cloud SQL, Azure, Neon and the like. Nothing is provisioned. With an
 * administrator's URL the stack has the same roles as everywhere; without one it may make none, and whoever the URL names is
 * everybody.
 */
import {
  ComponentResource,
  type ComponentResourceOptions,
  log,
  type Output,
  output,
  secret,
  unsecret,
} from "@pulumi/pulumi";
import type { SslMode } from "../../src/target/model.ts";
import type { Credential, DatabaseEndpoint, Role } from "../endpoint.ts";
import { randomPassword } from "../local/passwords.ts";
import { roleNames } from "../roles.ts";
import { asRunError } from "../run-error.ts";
import type { ExistingSettings } from "../settings/targets.ts";
import type { CommonSettings } from "../settings.ts";
import { administratorOf, type ServerAddress, serverAddress } from "./server.ts";

export interface ExistingPostgresArgs {
  readonly settings: CommonSettings & ExistingSettings;
}

export class ExistingPostgres extends ComponentResource implements DatabaseEndpoint {
  readonly kind = "existing";
  readonly host: Output<string>;
  readonly port: Output<number>;
  readonly database: Output<string>;
  readonly sslmode: Output<SslMode>;
  /** Empty where the URL names no file of one. */
  readonly rootCertificate: Output<string>;
  readonly credentials: Readonly<Record<Role, Credential>>;
  readonly ready = [];

  constructor(name: string, { settings }: ExistingPostgresArgs, opts?: ComponentResourceOptions) {
    super("landbridge:existing:ExistingPostgres", name, {}, opts);
    const server = settings.url.apply((url) => explained(() => serverAddress(url)));
    // The URL is secret as a whole; what is not its password may be seen.
    const shown = <T>(read: (address: ServerAddress) => T): Output<T> => unsecret(server.apply(read));
    this.host = shown(({ host }) => host);
    this.port = shown(({ port }) => port);
    this.database = shown(({ database }) => database);
    this.sslmode = shown(({ sslmode }) => sslmode);
    this.rootCertificate = shown(({ rootCertificate }) => rootCertificate);
    const owner = loginOf(server);
    if (settings.adminUrl === null) {
      void log.info("Without adminUrl the stack makes no roles: everybody connects as the user of url.", this);
      this.credentials = { administrator: owner, owner, application: owner, analyst: owner, monitor: owner };
    } else {
      const administrator = loginOf(
        output([settings.adminUrl, server] as const).apply(([url, address]) =>
          explained(() => administratorOf(url, address)),
        ),
      );
      this.credentials = { administrator, owner, ...this.#madeRoles(name, settings, owner) };
    }
    this.registerOutputs({ host: this.host, port: this.port, database: this.database });
  }

  /** The owner is whom `url` names. Where that is the application's own name, one login is both. */
  #madeRoles(
    name: string,
    { user, password, rotation }: CommonSettings,
    owner: LoginByPassword,
  ): Readonly<Record<"application" | "analyst" | "monitor", Credential>> {
    const names = roleNames(user);
    const generated = (role: "application" | "analyst" | "monitor") =>
      randomPassword(`${name}-${role}-password`, { rotation: String(rotation) }, { parent: this });
    const own = password ?? generated("application");
    const application = {
      user: output(names.application),
      password: secret(
        output([owner.user, owner.password, own] as const).apply(([ownerName, ownerPassword, ownPassword]) =>
          ownerName === names.application ? ownerPassword : ownPassword,
        ),
      ),
    };
    return {
      application,
      analyst: { user: output(names.analyst), password: generated("analyst") },
      monitor: { user: output(names.monitor), password: generated("monitor") },
    };
  }
}

interface LoginByPassword {
  readonly user: Output<string>;
  readonly password: Output<string>;
}

const loginOf = (address: Output<ServerAddress>): LoginByPassword => ({
  user: unsecret(address.apply(({ user }) => user)),
  password: secret(address.apply(({ password }) => password)),
});

/** Inside an output nobody catches what is thrown before Pulumi does. */
const explained = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw asRunError(error);
  }
};
