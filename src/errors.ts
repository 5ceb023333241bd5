/** What may go wrong, in the words of the person who has to do something about it, and the exit code that follows. */

/** The exit codes of every verb. A finished run with rejected or differing rows is `DIFFERENCES`, never `DONE`. */
export const ExitCode = { DONE: 0, FAILED: 1, USAGE: 2, DIFFERENCES: 3, REFUSED: 4 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface ErrorDetails {
  /** Stable UPPER_SNAKE word, listed in docs/errors.md. */
  readonly code: string;
  /** What happened, for a person; never a password, never a whole connection string. */
  readonly message: string;
  /** What to do about it: a command, a setting, a place to look. */
  readonly remedy: string;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
}

/** What is known of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The one error that reaches a user. Everything else that is thrown is a defect and is reported as such. */
export class LandbridgeError extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly exitCode: ExitCode;

  constructor({ code, message, remedy, exitCode = ExitCode.FAILED, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "LandbridgeError";
    this.code = code;
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

/** An error that was raised before anything was touched: exit code 4. */
export const refusal = (details: Omit<ErrorDetails, "exitCode">): LandbridgeError =>
  new LandbridgeError({ ...details, exitCode: ExitCode.REFUSED });

/** A mistake in flags or in `landbridge.yaml`: exit code 2. */
export const usageError = (details: Omit<ErrorDetails, "exitCode">): LandbridgeError =>
  new LandbridgeError({ ...details, exitCode: ExitCode.USAGE });
