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
import { authorityOf } from "./certificate.ts";
import { instanceArgs, type RdsSettings } from "./instance.ts";
import { ADMINISTRATOR, masterPassword } from "./master-password.ts";
import { instanceIdentifier, stackTags } from "./names.ts";
import { databaseNetwork } from "./network.ts";
import { parameterGroup, parametersOf, rebootFingerprint } from "./parameter-group.ts";
import { PendingReboot } from "./pending-reboot.ts";
import { databaseProxy } from "./proxy.ts";
import { rolePasswords } from "./role-passwords.ts";
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
  /** Where the application connects: the proxy, where there is one. Migrations and the copy need `host`: they have session state. */
  readonly applicationHost: Output<string>;
  /** The proxy's certificate is of a public authority, the instance's is not. */
  readonly applicationRootCertificate: Output<string>;
  readonly securityGroupId: Output<string>;
  readonly pendingReboot: Output<boolean>;
  /** Changes with every password of owner, application, analyst and monitor: the step that sets them goes by it. */
  readonly passwordsVersion: Output<string>;
  readonly instance: aws.rds.Instance;
  readonly monitoringRoleArn: Output<string> | null;

  constructor(name: string, args: RdsPostgresArgs, opts?: ComponentResourceOptions) {
    super("landbridge:aws:RdsPostgres", name, {}, opts);
    const { settings, sourceBytes = null, clients = {} } = args;
    const child: CustomResourceOptions = { parent: this };
    const tags = stackTags(settings);
    const identifier = instanceIdentifier(settings.stack);
    const input = instanceArgs(settings, identifier, sourceBytes);

    const network = databaseNetwork(name, `PostgreSQL of ${identifier}`, { ...settings, clients, tags }, child);
    const master = masterPassword(`${name}-administrator`, settings, child);
    const parameters = parametersOf(settings, input.allocatedStorage);
    const group = parameterGroup(name, { ...settings, identifier, parameters, tags }, child);
    this.securityGroupId = network.group.id;
    this.monitoringRoleArn =
      settings.monitoringSeconds === 0 ? null : monitoringRole(`${name}-monitoring`, tags, child);
    this.instance = new aws.rds.Instance(
      name,
      {
        ...input,
        ...master.args,
        dbSubnetGroupName: new aws.rds.SubnetGroup(name, { subnetIds: [...settings.subnetIds], tags }, child).name,
        vpcSecurityGroupIds: [network.group.id],
        parameterGroupName: group.name,
        ...(this.monitoringRoleArn === null ? {} : { monitoringRoleArn: this.monitoringRoleArn }),
        ...(input.skipFinalSnapshot ? {} : { finalSnapshotIdentifier: finalSnapshot(name, identifier, child) }),
      },
      {
        ...child,
        protect: settings.protect,
        retainOnDelete: false,
        dependsOn: logGroups(name, identifier, settings.logRetentionDays, tags, child),
        // With much data a standby, a bigger disk and a final snapshot take hours.
        customTimeouts: { create: "2h", update: "6h", delete: "3h" },
      },
    );
    const reboot = new PendingReboot(
      `${name}-reboot`,
      {
        instance: this.instance.identifier,
        region: this.instance.region,
        fingerprint: rebootFingerprint(parameters),
        reboot: settings.reboot,
      },
      { ...child, dependsOn: [group, this.instance] },
    );
    this.pendingReboot = reboot.pendingReboot;

    const roles = rolePasswords(name, settings, this.instance, child);
    const administrator = { user: output(ADMINISTRATOR), secretArn: master.secretArn(this.instance) };
    this.credentials = { administrator, ...roles.credentials };
    this.passwordsVersion = roles.version;

    this.host = this.instance.address;
    this.port = this.instance.port;
    this.database = output(settings.database);
    this.rootCertificate = this.instance.region.apply(trustedIn);
    this.sslmode = this.rootCertificate.apply((pem) => (pem === "" ? "require" : "verify-full"));
    this.ready = [this.instance, ...network.rules, ...roles.versions, ...master.versions, reboot];

    const proxy = settings.proxy
      ? databaseProxy(
          `${name}-proxy`,
          {
            ...settings,
            instance: this.instance,
            databaseGroup: network.group,
            secretArns: [roles.credentials.application.secretArn, roles.credentials.analyst.secretArn],
            tags,
          },
          { ...child, dependsOn: [...roles.versions] },
        )
      : null;
    this.applicationHost = proxy?.host ?? this.host;
    this.applicationRootCertificate = proxy === null ? this.rootCertificate : output("");
    this.registerOutputs({ host: this.host, port: this.port, pendingReboot: this.pendingReboot });
  }
}

/** The same for as long as the stack lives, another one in its next life: AWS refuses a name that was there before. */
const finalSnapshot = (name: string, identifier: string, opts: CustomResourceOptions): Output<string> =>
  new random.RandomId(`${name}-final`, { byteLength: 4 }, opts).hex.apply((hex) => `${identifier}-final-${hex}`);

/** A warning and not an error: connections are encrypted all the same, only that nobody asks the server for its passport. */
const trustedIn = (region: string): string => {
  const pem = authorityOf(region);
  if (pem === null)
    void log.warn(
      `RDS's certificate authority in ${region} is not known here: connections are encrypted (sslmode=require), but the server is not verified.`,
    );
  return pem ?? "";
};
