/** The few calls of AWS that the runner makes, each with patience for what passes by itself. */
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ECSClient } from "@aws-sdk/client-ecs";

/** What the runner works with; tests put their own in. */
export interface Aws {
  readonly ecs: Pick<ECSClient, "send">;
  readonly logs: Pick<CloudWatchLogsClient, "send">;
  /** Milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The clients try three times within a second; a wait of hours has to get over more than that. */
const TRIES = 8;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Calls again after throttling, a broken line or an error on AWS's side: 8 tries over some two minutes. Everything else is
 * thrown as it is.
 */
export const patiently = async <T>(aws: Pick<Aws, "sleep">, call: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === TRIES || !passesByItself(error)) throw error;
      await aws.sleep(Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** attempt));
    }
  }
};

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/;
const BROKEN_LINE =
  /^(?:ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)|TimeoutError|NetworkingError/;

const passesByItself = (error: unknown): boolean => {
  const { name = "", code = "", status } = partsOf(error);
  if (THROTTLED.test(name)) return true;
  if (BROKEN_LINE.test(code) || BROKEN_LINE.test(name)) return true;
  return status >= 500;
};

/**
 * Names that services and the credential providers of the SDK give to a session that has run out: an hour for roles that CI
 * assumes by OIDC, less than many copies take.
 */
const EXPIRED = /Expired|CredentialsProviderError|UnrecognizedClient|InvalidClientTokenId|TokenRefreshRequired/;

export const credentialsExpired = (error: unknown): boolean => EXPIRED.test(partsOf(error).name ?? "");

export const errorName = (error: unknown): string => partsOf(error).name ?? "";

interface Parts {
  readonly name?: string;
  readonly code?: string;
  readonly status: number;
}

const partsOf = (error: unknown): Parts => {
  if (!(error instanceof Error)) return { status: 0 };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const metadata = "$metadata" in error ? (error.$metadata as { readonly httpStatusCode?: number }) : {};
  return { name: error.name, code, status: metadata.httpStatusCode ?? 0 };
};
