/** Who may log in from where: the text of pg_hba.conf (https://www.postgresql.org/docs/current/auth-pg-hba-conf.html). */

export interface Access {
  /** Networks beside the container's own; empty: whoever reaches the port. */
  readonly allowedCidrs: readonly string[];
  readonly tls: boolean;
}

/**
 * The administrator enters without a password by the socket alone, which only somebody inside the container can do: so the
 * entrypoint makes the cluster, and so its password is set. A connection to the published port comes from the gateway of the
 * container's network, or with the client's own address, by the engine: `samenet` is the former. On Docker Desktop every
 * connection comes by the gateway, so that networks tell nothing apart there.
 */
export const hostBasedAuthentication = ({ allowedCidrs, tls }: Access): string => {
  const type = tls ? "hostssl" : "host";
  const networks =
    allowedCidrs.length === 0 ? ["all"] : ["127.0.0.1/32", "::1/128", "samenet", ...new Set(allowedCidrs)];
  const lines = [
    ["local", "all", "postgres", "peer"],
    ["local", "all", "all", "scram-sha-256"],
    ...networks.map((network) => [type, "all", "all", network, "scram-sha-256"]),
  ];
  return `${lines.map((line) => line.join(" ")).join("\n")}\n`;
};
