/** postgres_exporter: what the server says of itself, for Prometheus (https://github.com/prometheus-community/postgres_exporter). */
import { type Companion, type CompanionArgs, passwordOf, serverAddress } from "./companion.ts";

const IMAGE = "quay.io/prometheuscommunity/postgres-exporter:v0.17.1";
const PASSWORD_FILE = "/etc/landbridge/monitor-password";
const AUTHORITY_FILE = "/etc/landbridge/ca.crt";

/** Logs in as the monitor; until the job has made that role, it says so in its log and tries again. */
export const exporter = (external: number, args: CompanionArgs): Companion => {
  const { host, port, database, sslmode } = serverAddress(args);
  const { monitor } = args.endpoint.credentials;
  const authority = args.endpoint.rootCertificate;
  const options = authority === undefined ? "" : `&sslrootcert=${AUTHORITY_FILE}`;
  return {
    image: IMAGE,
    envs: [
      `DATA_SOURCE_URI=${host}:${port}/${encodeURIComponent(database)}?sslmode=${sslmode}${options}`,
      monitor.user.apply((user) => `DATA_SOURCE_USER=${user}`),
      `DATA_SOURCE_PASS_FILE=${PASSWORD_FILE}`,
    ],
    port: { internal: 9187, external },
    files: [
      { file: PASSWORD_FILE, content: passwordOf(monitor) },
      ...(authority === undefined ? [] : [{ file: AUTHORITY_FILE, content: authority }]),
    ],
    memoryMegabytes: 128,
  };
};
