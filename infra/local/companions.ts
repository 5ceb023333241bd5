/** What stands beside the database by config: pgAdmin, PgBouncer, postgres_exporter. Each is reached from this machine alone. */
import { Container } from "@pulumi/docker";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";
import type { Companion, CompanionArgs } from "./companion.ts";
import { COMPUTED_BY_ENGINE } from "./engine-words.ts";
import { exporter } from "./exporter.ts";
import { pgadmin } from "./pgadmin.ts";
import { pgbouncer } from "./pgbouncer.ts";

export const companions = (name: string, args: CompanionArgs, opts: CustomResourceOptions) => {
  const { settings, network } = args;
  const start = (suffix: string, companion: Companion): Container =>
    new Container(`${name}-${suffix}`, containerArgs(`${settings.container}-${suffix}`, network, companion), {
      ...opts,
      deleteBeforeReplace: true,
      ignoreChanges: COMPUTED_BY_ENGINE,
    });
  const admin = settings.pgadminPort === null ? null : pgadmin(name, settings.pgadminPort, args, opts);
  if (admin !== null) start("pgadmin", admin.companion);
  if (settings.pgbouncerPort !== null) start("pgbouncer", pgbouncer(settings.pgbouncerPort, args));
  if (settings.exporterPort !== null) start("exporter", exporter(settings.exporterPort, args));
  return { pgadminPassword: admin?.password ?? null };
};

/**
 * Their programs do not run as root and have their container to themselves, so a file that is given to them is readable by
 * everybody in there.
 */
const FILE_PERMISSIONS = "0444";

const containerArgs = (
  name: string,
  network: Input<string>,
  { image, envs = [], port, files, memoryMegabytes }: Companion,
) => ({
  name,
  image,
  envs: [...envs],
  uploads: files.map((file) => ({ ...file, permissions: FILE_PERMISSIONS })),
  networksAdvanced: [{ name: network }],
  ports: [{ ...port, ip: "127.0.0.1" }],
  memory: memoryMegabytes,
  restart: "unless-stopped",
  destroyGraceSeconds: 10,
  securityOpts: ["no-new-privileges:true"],
});
