/** The file `.env.<stack>`: what an application needs to reach the stack's database, for whichever driver it has. */
import type { SslMode } from "../src/target/model.ts";
import { comment, variable } from "./environment-file/quoting.ts";
import { type Address, asyncpgUrl, plainUrl, prismaUrl, psycopgUrl } from "./environment-file/urls.ts";
import { clientNotes } from "./pool/pgbouncer.ts";
import type { PoolSettings } from "./pool.ts";
import { configError } from "./settings/mistake.ts";

export interface EnvironmentFile {
  readonly stack: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** The application's role. */
  readonly user: string;
  /** `secretArn`: the password stays in AWS Secrets Manager, and the file says how to fetch it. */
  readonly credential: { readonly password: string } | { readonly secretArn: string };
  readonly sslmode: SslMode;
  /** Path of the PEM file of the authority that signed the server's certificate; absent: a public one. */
  readonly rootCertificate?: string;
  readonly schema: string;
  readonly pool: PoolSettings;
  /** PgBouncer, where the application is to use it. */
  readonly pooler?: {
    readonly host: string;
    readonly port: number;
    readonly sslmode: SslMode;
    readonly followsPreparedStatements: boolean;
  };
}

/**
 * Renders the file; it ends with a line break. Whoever writes it makes it readable for its owner alone when it holds a password.
 * @throws LandbridgeError STACK_CONFIG (usage) for a password that PostgreSQL cannot have
 */
export const environmentFile = (input: EnvironmentFile): string => {
  const direct = addressOf(input);
  const { pooler } = input;
  const address = pooler === undefined ? direct : { ...direct, ...endpointOf(pooler) };
  return [
    header(input),
    names(input, address),
    secret(input),
    libpq(input, address),
    urls(input, address, direct),
    pool(input),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
};

const endpointOf = ({ host, port, sslmode }: Pick<Address, "host" | "port" | "sslmode">) => ({ host, port, sslmode });

const addressOf = ({ credential, user, database, rootCertificate, ...input }: EnvironmentFile): Address => {
  const password = "password" in credential ? credential.password : undefined;
  if (password !== undefined && (password.includes("\0") || !password.isWellFormed()))
    throw configError("password", "it has a character that is not text: NUL or half of a surrogate pair.");
  return {
    ...endpointOf(input),
    user,
    database,
    ...(password === undefined ? {} : { password }),
    ...(rootCertificate === undefined ? {} : { rootCertificate }),
  };
};

const header = ({ stack, pooler }: EnvironmentFile): string[] =>
  [
    `The database of the stack ${stack}. Written by \`pulumi up\`: what is changed here is lost with the next one.`,
    `In a shell: set -a; . ./.env.${stack}; set +a`,
    "python-dotenv, dotenv, node --env-file and Docker Compose (env_file) read it as it is; docker run --env-file keeps the quotes.",
    ...(pooler === undefined ? [] : clientNotes(pooler.followsPreparedStatements)),
  ].map(comment);

const names = (input: EnvironmentFile, address: Address): string[] => [
  variable("POSTGRES_HOST", address.host),
  variable("POSTGRES_PORT", address.port),
  variable("POSTGRES_DB", address.database),
  variable("POSTGRES_SCHEMA", input.schema),
  variable("POSTGRES_USER", address.user),
  ...(address.password === undefined ? [] : [variable("POSTGRES_PASSWORD", address.password)]),
];

const secret = ({ credential }: EnvironmentFile): string[] => {
  if ("password" in credential) return [];
  const region = credential.secretArn.split(":")[3] ?? "";
  return [
    comment("The password is in AWS Secrets Manager and in no file. Where the application starts:"),
    comment(
      `  export PGPASSWORD="$(aws secretsmanager get-secret-value --region '${region}' --secret-id '${credential.secretArn}' --query SecretString --output text | jq -r .password)"`,
    ),
    comment(
      "psycopg, asyncpg and node-postgres take it from there. Prisma reads its URL alone: put it in after the user's",
    ),
    comment("name, encoded (jq -r '.password|@uri'), in the environment of the process and not in this file."),
    variable("POSTGRES_PASSWORD_SECRET_ARN", credential.secretArn),
  ];
};

const libpq = (input: EnvironmentFile, address: Address): string[] => [
  comment("libpq (psql, psycopg) and node-postgres"),
  variable("PGHOST", address.host),
  variable("PGPORT", address.port),
  variable("PGDATABASE", address.database),
  variable("PGUSER", address.user),
  ...(address.password === undefined ? [] : [variable("PGPASSWORD", address.password)]),
  ...(undecided(address.sslmode) ? [] : [variable("PGSSLMODE", address.sslmode)]),
  ...rootCertificate(address),
  variable("PGAPPNAME", input.pool.applicationName),
  variable("PGCONNECT_TIMEOUT", input.pool.connectTimeoutSeconds),
];

const rootCertificate = ({ rootCertificate: path }: Address): string[] =>
  path === undefined
    ? []
    : [
        comment("node-postgres does not look for this one; it finds the certificate by DATABASE_URL."),
        variable("PGSSLROOTCERT", path),
      ];

/** node-postgres takes everything but "disable" for encryption that is required; unset, each driver has its own default. */
const undecided = (sslmode: SslMode): boolean => sslmode === "allow" || sslmode === "prefer";

const urls = ({ pool: settings, schema, pooler }: EnvironmentFile, address: Address, direct: Address): string[] => {
  const { connectTimeoutSeconds: connectTimeout, applicationName, timeoutSeconds: poolTimeout } = settings;
  const pgbouncer = pooler !== undefined && !pooler.followsPreparedStatements;
  const connections = settings.size + settings.overflow;
  return [
    comment("psycopg, psycopg2, asyncpg.connect(), node-postgres, Prisma 7 (@prisma/adapter-pg)"),
    variable("DATABASE_URL", plainUrl(address)),
    ...(pooler === undefined ? [] : [variable("DIRECT_DATABASE_URL", plainUrl(direct))]),
    comment("SQLAlchemy, and SQLAlchemy's asyncio"),
    variable("SQLALCHEMY_DATABASE_URL", psycopgUrl(address, { connectTimeout, applicationName })),
    variable("ASYNC_DATABASE_URL", asyncpgUrl(address, { pooled: pooler !== undefined })),
    comment("Prisma up to 6"),
    variable(
      "PRISMA_DATABASE_URL",
      prismaUrl(address, { schema, connections, poolTimeout, connectTimeout, pgbouncer }),
    ),
  ];
};

const pool = ({ pool: settings, pooler }: EnvironmentFile): string[] => [
  comment(
    `SQLAlchemy's pool, of each process; all processes together have ${settings.connections} connections at most.`,
  ),
  variable("POSTGRES_POOL_SIZE", settings.size),
  variable("POSTGRES_MAX_OVERFLOW", settings.overflow),
  variable("POSTGRES_POOL_TIMEOUT", settings.timeoutSeconds),
  variable("POSTGRES_POOL_RECYCLE", settings.recycleSeconds),
  variable("POSTGRES_POOL_PRE_PING", String(settings.prePing)),
  comment("node-postgres and asyncpg have no overflow: new Pool({ max }), create_pool(max_size=…)"),
  variable("POSTGRES_POOL_MAX", settings.size + settings.overflow),
  variable("POSTGRES_CONNECT_TIMEOUT", settings.connectTimeoutSeconds),
  variable("POSTGRES_APPLICATION_NAME", settings.applicationName),
  comment("milliseconds; the application's role has it in the database already"),
  variable("POSTGRES_STATEMENT_TIMEOUT", settings.statementTimeoutMilliseconds),
  ...(pooler === undefined ? [] : statementCache),
];

/** https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#prepared-statement-name-with-pgbouncer */
const statementCache: readonly string[] = [
  comment(
    "asyncpg behind PgBouncer: connect(…, statement_cache_size=0); with SQLAlchemy create_async_engine(url, connect_args=",
  ),
  comment('{"statement_cache_size": 0, "prepared_statement_name_func": lambda: f"__asyncpg_{uuid4()}__"})'),
  variable("POSTGRES_STATEMENT_CACHE_SIZE", 0),
];
