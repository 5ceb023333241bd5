/** What the name of a PostgreSQL image says of the server inside. Its files cannot be asked: at preview nothing is pulled yet. */
import { configError } from "../settings/mistake.ts";

export interface ServerImage {
  /** PostgreSQL's major version. */
  readonly majorVersion: number;
  /** Where the volume belongs. */
  readonly dataMount: string;
}

/**
 * Images from 18 on keep the data of each major version in a directory of its own and refuse to start with a volume in the old
 * place (docker-library/postgres, pull request 1259).
 */
const FIRST_WITH_VERSIONED_DATA = 18;

/**
 * Reads the version from the tag: `postgres:17`, `postgres:15-alpine`, `pgvector/pgvector:0.8.0-pg18`, `postgis/postgis:17-3.5`.
 * @throws LandbridgeError STACK_CONFIG (usage) where the tag, or a digest alone, does not say it
 */
export const serverImage = (reference: string): ServerImage => {
  const majorVersion = Number(/(?:^|[-_.])pg(\d\d)(?!\d)/i.exec(tagOf(reference))?.[1] ?? leading(tagOf(reference)));
  if (Number.isNaN(majorVersion))
    throw configError(
      "image",
      `"${reference}" does not say which PostgreSQL it holds. Name the version in the tag; a digest may follow, as in postgres:17@sha256:….`,
    );
  const dataMount = majorVersion >= FIRST_WITH_VERSIONED_DATA ? "/var/lib/postgresql" : "/var/lib/postgresql/data";
  return { majorVersion, dataMount };
};

/** Two digits at least: `2.17` is a version of an extension. */
const leading = (tag: string): string | undefined => /^(\d\d)(?:[.-]|alpha|beta|rc|$)/.exec(tag)?.[1];

/** `registry:5000/name:tag@sha256:…` → `tag`; a colon before the last slash belongs to a port. */
const tagOf = (reference: string): string => {
  const [named = ""] = reference.split("@");
  const last = named.slice(named.lastIndexOf("/") + 1);
  return last.includes(":") ? last.slice(last.indexOf(":") + 1) : "";
};
