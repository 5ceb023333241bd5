import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { authorityOf, CERTIFICATE_AUTHORITY } from "../../infra/aws/certificate.ts";

describe("RDS's certificate authority", () => {
  it.each(["eu-central-1", "us-east-1", "us-east-2", "ap-southeast-2", "sa-east-1"])(
    "of %s is the one that its instances are pinned to, signs for itself, and will for long",
    (region) => {
      const authority = new X509Certificate(authorityOf(region)!);
      expect(CERTIFICATE_AUTHORITY).toBe("rds-ca-rsa2048-g1");
      expect(authority.subject).toContain(`CN=Amazon RDS ${region} Root CA RSA2048 G1`);
      expect(authority.ca && authority.verify(authority.publicKey)).toBe(true);
      expect(new Date(authority.validTo).getUTCFullYear()).toBeGreaterThan(2060);
    },
  );

  it("is one certificate, of which a task's environment has room for several", () => {
    const pem = authorityOf("eu-west-1")!;
    expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
    expect(pem.length).toBeLessThan(2048);
  });

  it("of a region that is newer than the list is not known", () => {
    expect(authorityOf("mars-north-1")).toBeNull();
  });
});
