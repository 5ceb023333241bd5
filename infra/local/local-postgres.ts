/** PostgreSQL in a container of a Docker engine: network, volume, container, administrator's password; by config what goes beside it. */

import { Provider, Volume } from "@pulumi/docker";
import { ComponentResource, type ComponentResourceOptions, type Output, output } from "@pulumi/pulumi";
import { RandomUuid } from "@pulumi/random";
import type { SslMode } from "../../src/target/model.ts";
import type { Credential, DatabaseEndpoint, Role } from "../endpoint.ts";
import { roleNames } from "../roles.ts";
import type { DockerSettings } from "../settings/targets.ts";
import type { CommonSettings } from "../settings.ts";
import { Administrator } from "./administrator.ts";
import { namesOf, serverCertificate } from "./certificate.ts";
import { passwordOf } from "./companion.ts";
import { companions } from "./companions.ts";
import { engineMachine } from "./docker-host.ts";
import { serverImage } from "./image.ts";
import { joinedNetwork } from "./network.ts";
import { generatedCredentials, randomPassword } from "./passwords.ts";
import { PORT, serverContainer } from "./server-container.ts";
import { VolumeClaim } from "./volume-claim.ts";

export interface LocalPostgresArgs {
  readonly settings: CommonSettings & DockerSettings;
  /** The engine; `readDockerHost` says which. */
  readonly dockerHost: string;
}

export class LocalPostgres extends ComponentResource implements DatabaseEndpoint {
  readonly kind = "docker";
  readonly host: Output<string>;
  readonly port: Output<number>;
  readonly database: Output<string>;
  readonly sslmode: Output<SslMode>;
  readonly rootCertificate?: Output<string>;
  readonly credentials: Readonly<Record<Role, Credential>>;
  readonly inside: { readonly host: Output<string>; readonly port: Output<number>; readonly network: Output<string> };
  readonly ready: Administrator[];
  readonly identity: Output<string>;
  readonly container: Output<string>;
  readonly volume: Output<string>;
  readonly provider: Provider;
  /** pgAdmin's login, where it is wanted; secret. */
  readonly pgadminPassword?: Output<string>;

  constructor(name: string, { settings, dockerHost }: LocalPostgresArgs, opts: ComponentResourceOptions = {}) {
    super("landbridge:local:LocalPostgres", name, {}, opts);
    const { bindAddress, port, stack, tls, password, rotation } = settings;
    const parent = { parent: this };
    const machine = engineMachine(dockerHost);
    this.provider = new Provider(`${name}-docker`, { host: dockerHost }, parent);
    const docker = { ...parent, provider: this.provider };

    const users = { administrator: "postgres", ...roleNames(settings.user) };
    this.credentials = generatedCredentials(
      name,
      { users: mapped(users, (user) => output(user)), password, rotation },
      parent,
    );
    const owner = new RandomUuid(`${name}-owner`, {}, parent).result;
    const volumeName = `landbridge-${stack}-data`;
    const claim = new VolumeClaim(
      `${name}-volume-claim`,
      { dockerHost, volume: volumeName, container: settings.container, owner },
      parent,
    );
    const volume = new Volume(
      `${name}-data`,
      { name: volumeName, labels: [{ label: "landbridge.stack", value: stack }] },
      { ...docker, protect: settings.protect, dependsOn: [claim] },
    );
    const certificate = tls ? serverCertificate(name, namesOf(settings.container, bindAddress, machine), parent) : null;
    const network = joinedNetwork(name, settings, docker);
    const container = serverContainer(
      name,
      {
        settings,
        image: serverImage(settings.image),
        network,
        volume: volume.name,
        owner,
        bootstrapPassword: randomPassword(`${name}-bootstrap-password`, null, parent),
        certificate,
      },
      docker,
    );
    const administrator = new Administrator(
      `${name}-administrator`,
      {
        dockerHost,
        container: container.name,
        containerId: container.id,
        password: passwordOf(this.credentials.administrator),
        rotation,
      },
      parent,
    );

    this.host = output(reachableAddress(bindAddress, machine));
    this.port = output(port);
    this.database = output(settings.database);
    this.sslmode = output<SslMode>(tls ? "verify-full" : "disable");
    if (certificate !== null) this.rootCertificate = certificate.authority;
    this.inside = { host: container.name, port: output(PORT), network: output(network) };
    this.ready = [administrator];
    this.identity = administrator.cluster;
    this.container = container.name;
    this.volume = volume.name;
    const beside = companions(name, { settings, network, endpoint: this }, { ...docker, dependsOn: [administrator] });
    if (beside.pgadminPassword !== null) this.pgadminPassword = beside.pgadminPassword;
    this.registerOutputs({ container: this.container, volume: this.volume });
  }
}

const mapped = <K extends string, V, W>(record: Readonly<Record<K, V>>, change: (value: V) => W): Record<K, W> =>
  Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, change(value)])) as Record<K, W>;

/** Every address of a machine is no address to connect to. */
const reachableAddress = (bindAddress: string, machine: string | null): string => {
  const everywhere = bindAddress === "0.0.0.0" || bindAddress === "::";
  if (machine !== null) return everywhere ? machine : bindAddress;
  if (!everywhere) return bindAddress;
  return bindAddress === "::" ? "::1" : "127.0.0.1";
};
