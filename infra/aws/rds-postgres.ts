/**
 * PostgreSQL on Amazon RDS: private, encrypted, backed up, tuned for its phase. Read replicas (rds-replicas.ts) and monitoring
 * (rds-monitoring.ts) are components of their own: they come after the copy, which comes after this.
 */
import type * as aws from "@pulumi/aws";
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
import type { SslMode } from "../../src/target/model.ts";
import type { Credential, DatabaseEndpoint, Role } from "../endpoint.ts";
import { authorityOf } from "./certificate.ts";
import { databaseInstance } from "./database-instance.ts";
import type { RdsSettings } from "./instance.ts";
import { ADMINISTRATOR, masterPassword } from "./master-password.ts";
import { instanceIdentifier, stackTags } from "./names.ts";
import { databaseNetwork } from "./network.ts";
import { databaseProxy } from "./proxy.ts";
import { rolePasswords } from "./role-passwords.ts";

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

    const description = `PostgreSQL of ${instanceIdentifier(settings.stack)}`;
    const network = databaseNetwork(name, description, { ...settings, clients, tags }, child);
    const master = masterPassword(`${name}-administrator`, settings, child);
    const { instance, monitoringRoleArn, reboot } = databaseInstance(
      name,
      { settings, sourceBytes, securityGroup: network.group, master },
      child,
    );
    this.instance = instance;
    this.monitoringRoleArn = monitoringRoleArn;
    this.securityGroupId = network.group.id;
    this.pendingReboot = reboot.pendingReboot;

    const roles = rolePasswords(name, settings, instance, child);
    const administrator = { user: output(ADMINISTRATOR), secretArn: master.secretArn(instance) };
    this.credentials = { administrator, ...roles.credentials };
    this.passwordsVersion = roles.version;

    this.host = instance.address;
    this.port = instance.port;
    this.database = output(settings.database);
    this.rootCertificate = instance.region.apply(trustedIn);
    this.sslmode = this.rootCertificate.apply((pem) => (pem === "" ? "require" : "verify-full"));
    this.ready = [instance, ...network.rules, ...roles.versions, ...master.versions, reboot];

    const { application, analyst } = roles.credentials;
    const secretArns = [application.secretArn, analyst.secretArn];
    const proxy = settings.proxy
      ? databaseProxy(
          `${name}-proxy`,
          { ...settings, instance, databaseGroup: network.group, secretArns, tags },
          { ...child, dependsOn: [...roles.versions] },
        )
      : null;
    this.applicationHost = proxy ?? this.host;
    this.applicationRootCertificate = proxy === null ? this.rootCertificate : output("");
    this.registerOutputs({ host: this.host, port: this.port, pendingReboot: this.pendingReboot });
  }
}

/** A warning and not an error: connections are encrypted all the same, only that nobody asks the server for its passport. */
const trustedIn = (region: string): string => {
  const pem = authorityOf(region);
  if (pem === null)
    void log.warn(
      `RDS's certificate authority in ${region} is not known here: connections are encrypted (sslmode=require), but the server is not verified.`,
    );
  return pem ?? "";
};
