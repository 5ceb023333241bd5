/** What the main thread and the copy's workers say to each other. Plain data. */
import { LandbridgeError } from "../errors.ts";
import type { RunEvent } from "../events.ts";
import type { Unit } from "./slices.ts";

export type ToWorker = { readonly kind: "copy"; readonly unit: Unit } | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "progress"; readonly rows: number; readonly bytes: number; readonly table: string }
  | { readonly kind: "failed"; readonly error: PlainError };

export interface PlainError {
  readonly message: string;
  readonly stack?: string | undefined;
  /** Of a LandbridgeError; its cause stays behind. */
  readonly details?: Pick<LandbridgeError, "code" | "remedy" | "exitCode">;
}

export const toPlain = (error: unknown): PlainError => {
  if (!(error instanceof Error)) return { message: String(error) };
  if (!(error instanceof LandbridgeError)) return { message: error.message, stack: error.stack };
  const { message, code, remedy, exitCode } = error;
  return { message, details: { code, remedy, exitCode } };
};

export const fromPlain = ({ message, stack, details }: PlainError): Error => {
  if (details) return new LandbridgeError({ message, ...details });
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
};
