/** What the container's runner has to know of the place: written by infra/job/local-place.ts, all of it plain text. */

/** Where the step's own volume is in its container. */
export const MOUNT = "/landbridge";
export const SNAPSHOT = `${MOUNT}/source.sqlite`;
export const REPORTS = `${MOUNT}/reports`;

export interface ContainerPlace {
  readonly stack: string;
  readonly dockerHost: string;
  readonly image: string;
  /** Empty: the engine's default one. */
  readonly network: string;
  /** For the application's own migration; a step of Landbridge's has a command of its own. */
  readonly command: readonly string[];
  /** The finished snapshot on this machine; empty where the step reads none. */
  readonly snapshot: string;
  /** Where reports are kept on this machine, from the project's directory. */
  readonly reports: string;
}

export const readPlace = (place: Readonly<Record<string, string>>): ContainerPlace => {
  const {
    stack = "",
    dockerHost = "",
    image = "",
    network = "",
    command = "[]",
    snapshot = "",
    reports = "reports",
  } = place;
  return { stack, dockerHost, image, network, command: JSON.parse(command) as string[], snapshot, reports };
};
