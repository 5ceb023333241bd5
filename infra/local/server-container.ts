/** The container that PostgreSQL runs in. Whatever is said here replaces it when it changes; its data are in the volume. */
import { Container, RemoteImage } from "@pulumi/docker";
import type { CustomResourceOptions, Input, Output } from "@pulumi/pulumi";
import type { DockerSettings } from "../settings/targets.ts";
import type { CommonSettings } from "../settings.ts";
import { asServerArguments, sharedMemoryBytes } from "../tuning/server-arguments.ts";
import { tune } from "../tuning.ts";
import type { ServerCertificate } from "./certificate.ts";
import { COMPUTED_BY_ENGINE, duration } from "./engine-words.ts";
import { hostBasedAuthentication } from "./host-based-authentication.ts";
import type { ServerImage } from "./image.ts";
import { OWNER_LABEL } from "./volume-claim.ts";

export interface ServerContainerArgs {
  readonly settings: CommonSettings & DockerSettings;
  readonly image: ServerImage;
  readonly network: Input<string>;
  readonly volume: Input<string>;
  /** See volume-claim.ts. */
  readonly owner: Input<string>;
  /** Makes a new cluster and nothing else; the administrator's own takes its place at once (administrator.ts). */
  readonly bootstrapPassword: Output<string>;
  readonly certificate: ServerCertificate | null;
}

/** Inside the container. */
export const PORT = 5432;
const DIRECTORY = "/etc/landbridge";
const KEY = "/run/landbridge/server.key";
const MIB = 2 ** 20;
/** A first start makes the cluster; failures before that are none. */
const START_SECONDS = 60;

/**
 * The server refuses a key that it does not own unless root does and its own group may read it, and that group has another
 * number in each image. So the key is handed over by name, in the container, before the image's own entrypoint begins.
 */
const WITH_KEY = `mkdir -p /run/landbridge && install -o postgres -g postgres -m 0600 ${DIRECTORY}/server.key ${KEY} && exec docker-entrypoint.sh "$@"`;

/**
 * The image is named as the configuration names it: that is what the engine keeps of it, so that a second update sees no
 * difference, while an id that is looked up in a registry would replace the container whenever a tag moves. It is there before the
 * old container goes: one that cannot be pulled takes nothing away. There is no `wait`: Pulumi would wait in silence for a server that cannot start; the next resource waits
 * and says why.
 */
export const serverContainer = (name: string, args: ServerContainerArgs, opts: CustomResourceOptions): Container => {
  const { settings, image, network, volume, owner, certificate } = args;
  const machine = machineOf(settings, image);
  const pulled = new RemoteImage(`${name}-image`, { name: settings.image, keepLocally: true }, opts);
  return new Container(
    `${name}-container`,
    {
      name: settings.container,
      image: settings.image,
      labels: [{ label: OWNER_LABEL, value: owner }],
      ...(certificate === null ? {} : { entrypoints: ["sh", "-c", WITH_KEY, "sh"] }),
      command: ["postgres", ...serverArguments(args)],
      envs: [
        "POSTGRES_USER=postgres",
        `POSTGRES_DB=${settings.database}`,
        `POSTGRES_PASSWORD_FILE=${DIRECTORY}/bootstrap-password`,
        `POSTGRES_INITDB_ARGS=--encoding=UTF8 --locale=${settings.locale}`,
      ],
      uploads: uploads(args),
      networksAdvanced: [{ name: network }],
      ports: [{ internal: PORT, external: settings.port, ip: settings.bindAddress }],
      volumes: [{ volumeName: volume, containerPath: image.dataMount }],
      memory: Math.floor(settings.memoryBytes / MIB),
      shmSize: Math.ceil(sharedMemoryBytes(machine) / MIB),
      healthcheck: healthcheck(settings),
      restart: "unless-stopped",
      stopTimeout: settings.stopSeconds,
      destroyGraceSeconds: settings.stopSeconds,
      securityOpts: ["no-new-privileges:true"],
    },
    // One volume has one server, one name one container.
    { ...opts, dependsOn: [pulled], deleteBeforeReplace: true, ignoreChanges: COMPUTED_BY_ENGINE },
  );
};

const machineOf = ({ memoryBytes, cores, maxConnections }: CommonSettings & DockerSettings, image: ServerImage) =>
  ({ memoryBytes, cores, maxConnections, storage: "ssd", majorVersion: image.majorVersion }) as const;

const serverArguments = ({ settings, image, certificate }: ServerContainerArgs): readonly string[] => [
  ...asServerArguments(tune(machineOf(settings, image), settings.phase)),
  ...["-c", `hba_file=${DIRECTORY}/pg_hba.conf`],
  ...(certificate === null
    ? []
    : ["-c", "ssl=on", "-c", `ssl_cert_file=${DIRECTORY}/server.crt`, "-c", `ssl_key_file=${KEY}`]),
];

/** Root's alone where they are secret: the entrypoint reads them as root, before it becomes the server's user. */
const uploads = ({ settings, bootstrapPassword, certificate }: ServerContainerArgs) => {
  const file = (name: string, content: Input<string>, permissions: string) => ({
    file: `${DIRECTORY}/${name}`,
    content,
    permissions,
  });
  return [
    file("bootstrap-password", bootstrapPassword, "0600"),
    file("pg_hba.conf", hostBasedAuthentication(settings), "0644"),
    ...(certificate === null
      ? []
      : [file("server.crt", certificate.certificate, "0644"), file("server.key", certificate.key, "0600")]),
  ];
};

/** By TCP: while the image makes a cluster, its socket answers already. */
const healthcheck = ({ health, database }: CommonSettings & DockerSettings) => ({
  tests: ["CMD", "pg_isready", "-q", "-h", "127.0.0.1", "-U", "postgres", "-d", database],
  interval: duration(health.interval),
  timeout: duration(health.timeout),
  retries: health.retries,
  startPeriod: duration(START_SECONDS),
});
