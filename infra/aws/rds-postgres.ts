/**
 * PostgreSQL on Amazon RDS: private, encrypted, backed up, tuned for its phase. Read replicas (rds-replicas.ts) and monitoring
 * (rds-monitoring.ts) are components of their own: they come after the copy, which comes after this.
 */
import * as aws from "@pulumi/aws";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  log,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { SslMode } from "../../src/target/model.ts";
import type { Credential, DatabaseEndpoint, Role } from "../endpoint.ts";
import { roleNames } from "../roles.ts";
import { authorityOf } from "./certificate.ts";
import { instanceArgs, type RdsSettings } from "./instance.ts";
import { ADMINISTRATOR, masterPassword } from "./master-password.ts";
import { instanceIdentifier, stackTags } from "./names.ts";
import { databaseNetwork } from "./network.ts";
import { parameterGroup, parametersOf, rebootFingerprint } from "./parameter-group.ts";
import { type StoredPassword, storedPassword } from "./passwords.ts";
import { PendingReboot } from "./pending-reboot.ts";
import { databaseProxy } from "./proxy.ts";
import { logGroups, monitoringRole } from "./watched-by-rds.ts";

export interface RdsPostgresArgs {
  readonly settings: RdsSettings;
  /**
   * Bytes of the SQLite file, from which the disk is sized where `storageGb` does not say it.
   * @default null: 20 GiB
   */
  readonly sourceBytes?: number | null;
  /**
   * Security groups of the stack's own that connect, by what they are: `{ job: group.id }`.
   * @default none
   */
  readonly clients?: Readonly<Record<string, Input<string>>>;
}

type OwnRole = Exclude<Role, "administrator">;

export class RdsPostgres extends ComponentResource implements DatabaseEndpoint {
  readonly kind = "aws";
  readonly host: Output<string>;
  readonly port: Output<number>;
  readonly database: Output<string>;
  readonly sslmode: Output<SslMode>;
  /** Of RDS in the instance's region; empty where that is newer than the list. */
  readonly rootCertificate: Output<string>;
  readonly credentials: Readonly<Record<Role, Credential>>;
  readonly ready: Resource[];
  /** Where the application connects: the proxy, where there is one. Migrations and the copy need `host` (session state). */
  readonly applicationHost: Output<string>;
  readonly securityGroupId: Output<string>;
  readonly pendingReboot: Output<boolean>;
  /** Changes with every password of `owner`, `application`, `analyst` and `monitor`: what sets passwords goes by it. */
  readonly passwordsVersion: Output<string>;
  readonly instance: aws.rds.Instance;
  readonly monitoringRoleArn: Output<string> | null;

  constructor(
    name: string,
    { settings, sourceBytes = null, clients = {} }: RdsPostgresArgs,
    opts?: ComponentResourceOptions,
  ) {
    super("landbridge:aws:RdsPostgres", name, {}, opts);
    const child: CustomResourceOptions = { parent: this };
    const tags = stackTags(settings);
    const identifier = instanceIdentifier(settings.stack);
    const stored = {
      rotation: settings.rotation,
      kmsKeyArn: settings.kmsKeyArn,
      keep: settings.environment !== "dev",
      tags,
    };

    const network = databaseNetwork(name, `PostgreSQL of ${identifier}`, { ...settings, clients, tags }, child);
    const master = masterPassword(`${name}-administrator`, settings, stored, child);
    this.monitoringRoleArn =
      settings.monitoringSeconds === 0 ? null : monitoringRole(`${name}-monitoring`, tags, child);
    const args = instanceArgs(settings, identifier, sourceBytes);
    const parameters = parametersOf(settings, args.allocatedStorage);
    const group = parameterGroup(name, { ...settings, identifier, parameters, tags }, child);
    const finalSnapshot = new random.RandomId(`${name}-final`, { byteLength: 4 }, child);
    this.instance = new aws.rds.Instance(
      name,
      {
        ...args,
        ...master.args,
        dbSubnetGroupName: new aws.rds.SubnetGroup(name, { subnetIds: [...settings.subnetIds], tags }, child).name,
        vpcSecurityGroupIds: [network.group.id],
        parameterGroupName: group.name,
        ...(this.monitoringRoleArn === null ? {} : { monitoringRoleArn: this.monitoringRoleArn }),
        // The same for as long as the stack lives, another one in its next life: AWS refuses a name that was there before.
        ...(args.skipFinalSnapshot
          ? {}
          : { finalSnapshotIdentifier: finalSnapshot.hex.apply((hex) => `${identifier}-final-${hex}`) }),
      },
      {
        ...child,
        protect: settings.protect,
        retainOnDelete: false,
        dependsOn: logGroups(name, identifier, settings.logRetentionDays, tags, child),
        // From a snapshot's size on, creation, a standby and a final snapshot take hours.
        customTimeouts: { create: "2h", update: "6h", delete: "3h" },
      },
    );

    const passwords = this.#rolePasswords(name, settings, stored, child);
    const names = roleNames(settings.user);
    const own = (role: OwnRole): Credential => ({ user: output(names[role]), secretArn: passwords[role].secretArn });
    this.credentials = {
      administrator: { user: output(ADMINISTRATOR), secretArn: master.secretArn(this.instance) },
      owner: own("owner"),
      application: own("application"),
      analyst: own("analyst"),
      monitor: own("monitor"),
    };
    const versions = Object.values(passwords).map(({ version }) => version);
    this.passwordsVersion = output(versions.map(({ versionId }) => versionId)).apply((ids) => ids.join(","));

    this.host = this.instance.address;
    this.port = this.instance.port;
    this.database = output(settings.database);
    this.rootCertificate = this.instance.region.apply(trustedIn);
    this.sslmode = this.rootCertificate.apply((pem) => (pem === "" ? "require" : "verify-full"));
    this.securityGroupId = network.group.id;
    const reboot = new PendingReboot(
      `${name}-reboot`,
      {
        instance: this.instance.identifier,
        region: this.instance.region,
        fingerprint: rebootFingerprint(parameters),
        reboot: settings.reboot,
      },
      // The parameters have to be in the group, and the group on the instance.
      { ...child, dependsOn: [group, this.instance] },
    );
    this.pendingReboot = reboot.pendingReboot;
    this.ready = [
      this.instance,
      ...network.rules,
      ...versions,
      ...(master.version === null ? [] : [master.version]),
      reboot,
    ];
    this.applicationHost = this.host;
    if (settings.proxy) {
      const secretArns = [passwords.application.secretArn, passwords.analyst.secretArn];
      const proxy = databaseProxy(
        `${name}-proxy`,
        { ...settings, instance: this.instance, databaseGroup: network.group, secretArns, tags },
        { ...child, dependsOn: versions },
      );
      this.applicationHost = proxy.host;
    }
    this.registerOutputs({ host: this.host, port: this.port, pendingReboot: this.pendingReboot });
  }

  #rolePasswords(
    name: string,
    settings: RdsSettings,
    stored: Omit<Parameters<typeof storedPassword>[1], "description" | "about" | "given">,
    child: CustomResourceOptions,
  ): Readonly<Record<OwnRole, StoredPassword>> {
    const names = roleNames(settings.user);
    const { address: host, port } = this.instance;
    const of = (role: OwnRole) =>
      storedPassword(
        `${name}-${role}`,
        {
          ...stored,
          description: `PostgreSQL, ${role} of ${settings.database} in stack ${settings.stack}`,
          about: { engine: "postgres", host, port, dbname: settings.database, username: names[role] },
          given: role === "application" ? settings.password : null,
        },
        child,
      );
    return { owner: of("owner"), application: of("application"), analyst: of("analyst"), monitor: of("monitor") };
  }
}

/** A warning and not an error: connections are encrypted all the same, only nobody is asked for a passport. */
const trustedIn = (region: string): string => {
  const pem = authorityOf(region);
  if (pem === null)
    void log.warn(
      `RDS's certificate authority in ${region} is not known here; connections are encrypted (sslmode=require) but the server is not verified.`,
    );
  return pem ?? "";
};
