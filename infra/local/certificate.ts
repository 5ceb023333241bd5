/** A certificate for a server on this machine, and an authority of the stack's own that signs it. */
import { isIP } from "node:net";
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import { CertRequest, LocallySignedCert, PrivateKey, SelfSignedCert } from "@pulumi/tls";

export interface ServerCertificate {
  /** PEM */
  readonly authority: Output<string>;
  /** PEM */
  readonly certificate: Output<string>;
  /** PEM, secret */
  readonly key: Output<string>;
}

const YEAR_HOURS = 365 * 24;
/** As long as the authority: each renewal replaces the container, which nobody expects of a laptop's database. */
const VALIDITY_HOURS = 10 * YEAR_HOURS;

/** @param names host names and addresses that clients may connect to */
export const serverCertificate = (
  name: string,
  names: readonly string[],
  opts: CustomResourceOptions,
): ServerCertificate => {
  const newKey = (child: string) => new PrivateKey(child, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts);
  const authorityKey = newKey(`${name}-ca-key`);
  const authority = new SelfSignedCert(
    `${name}-ca`,
    {
      privateKeyPem: authorityKey.privateKeyPem,
      isCaCertificate: true,
      validityPeriodHours: VALIDITY_HOURS,
      allowedUses: ["cert_signing", "crl_signing"],
      subject: { commonName: `${name} authority` },
    },
    opts,
  );
  const key = newKey(`${name}-key`);
  const request = new CertRequest(
    `${name}-request`,
    {
      privateKeyPem: key.privateKeyPem,
      dnsNames: names.filter((each) => isIP(each) === 0),
      ipAddresses: names.filter((each) => isIP(each) !== 0),
      subject: { commonName: names[0] ?? name },
    },
    opts,
  );
  const certificate = new LocallySignedCert(
    `${name}-certificate`,
    {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: authorityKey.privateKeyPem,
      caCertPem: authority.certPem,
      validityPeriodHours: VALIDITY_HOURS,
      allowedUses: ["server_auth", "digital_signature", "key_encipherment"],
    },
    opts,
  );
  return { authority: authority.certPem, certificate: certificate.certPem, key: key.privateKeyPem };
};

/** What a server's certificate has to name: its container, this machine, and the address that its port is bound to. */
export const namesOf = (container: string, bindAddress: string, machine: string | null): readonly string[] => {
  const everywhere = ["0.0.0.0", "::"].includes(bindAddress);
  return [
    ...new Set([
      container,
      "localhost",
      "127.0.0.1",
      "::1",
      ...(everywhere ? [] : [bindAddress]),
      ...(machine === null ? [] : [machine]),
    ]),
  ];
};
