/** For sessions without which nothing can go on: a server that is full or just starting is waited for, one that does not answer is not. */
import type { Client } from "pg";
import { connect } from "./connect.ts";
import type { Target } from "./model.ts";
import { type RetryContext, withRetry } from "./retry.ts";
import { sqlState } from "./sqlstate.ts";

/** too_many_connections, cannot_connect_now. */
const PASSING: readonly (string | null)[] = ["53300", "57P03"];

/** As `connect`. @throws what `connect` throws, after half a minute at most; the signal's reason */
export const connectPatiently = (target: Target, purpose: string, context: RetryContext): Promise<Client> =>
  withRetry("the connection", () => connect(target, purpose), {
    ...context,
    worth: (error) => error instanceof Error && PASSING.includes(sqlState(error.cause)),
  });
