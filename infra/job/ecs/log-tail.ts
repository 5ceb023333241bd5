/** Follows the log stream of a task in CloudWatch, page by page. */
import { GetLogEventsCommand, type GetLogEventsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { type Aws, errorName, patiently } from "./aws.ts";

export interface LogTail {
  /** Reads what has been written since the last call, in order. @returns how many lines there were */
  readonly read: (line: (text: string) => void) => Promise<number>;
}

/**
 * A page may be empty although more follows; only a token that comes back unchanged means the end of what is there
 * (CloudWatch Logs API, GetLogEvents).
 */
export const logTail = (aws: Aws, logGroupName: string, logStreamName: string): LogTail => {
  let nextToken: string | undefined;
  const page = async (): Promise<GetLogEventsResponse | null> => {
    try {
      return await patiently(aws, () =>
        aws.logs.send(
          new GetLogEventsCommand({
            logGroupName,
            logStreamName,
            startFromHead: true,
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        ),
      );
    } catch (error) {
      // The stream is made when the container starts.
      if (errorName(error) === "ResourceNotFoundException") return null;
      throw error;
    }
  };
  return {
    read: async (line) => {
      let lines = 0;
      for (;;) {
        const found = await page();
        if (found === null) return lines;
        for (const { message = "" } of found.events ?? []) {
          lines++;
          line(message.trimEnd());
        }
        if (found.nextForwardToken === undefined || found.nextForwardToken === nextToken) return lines;
        nextToken = found.nextForwardToken;
      }
    },
  };
};
