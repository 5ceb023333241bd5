/**
 * Where a user says the SQLite file is: a path, or one of the URLs that frameworks use for it. The first thing that is read
 * of a command line.
 */
import { usageError } from "../errors.ts";

const SQLITE_SCHEME = /^sqlite3?(?:\+\w+)?:/i;
const FILE_SCHEME = /^file:/i;
const OTHER_SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/**
 * Takes a path or a URL (`sqlite:///relative`, `sqlite:////absolute`, `sqlite+driver:///…`, `file:…`) and gives the path, as relative or absolute as it was.
 * Percent escapes are decoded in URLs only: a path may hold any character.
 * @throws LandbridgeError (usage) for an in-memory database, a PostgreSQL URL or another scheme. The text itself is never repeated: it may hold a password.
 */
export function sourcePath(text: string): string {
  if (text.trim() === "") {
    throw usageError({
      code: "SOURCE_NOT_NAMED",
      message: "The source is an empty text.",
      remedy: "Name the SQLite file: npm start -- path/to/app.sqlite",
    });
  }
  const path = pathOf(text);
  if (path === "" || /^:memory:/i.test(path)) {
    throw usageError({
      code: "SOURCE_IN_MEMORY",
      message: "The source is an in-memory database, which no other process can read.",
      remedy: "Save it to a file first (VACUUM INTO 'app.sqlite') and name that file.",
    });
  }
  return path;
}

function pathOf(text: string): string {
  if (SQLITE_SCHEME.test(text)) return fromSqliteUrl(text.replace(SQLITE_SCHEME, ""));
  if (FILE_SCHEME.test(text)) return fromFileUrl(text.replace(FILE_SCHEME, ""));
  const scheme = OTHER_SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return text;
  if (/^postgres/.test(scheme)) {
    throw usageError({
      code: "SOURCE_IS_POSTGRES",
      message: "The source is a PostgreSQL URL; the source of a crossing is a SQLite file.",
      remedy: "Name the SQLite file first and the PostgreSQL URL second, or after --target.",
    });
  }
  throw usageError({
    code: "SOURCE_URL_UNKNOWN",
    message: `The source is a URL of the kind ${scheme}://, which cannot be read.`,
    remedy: "Name a SQLite file by its path, or as sqlite:///path or file:/path.",
  });
}

/**
 * SQLAlchemy counts three slashes for a relative path and four for an absolute one; others write `sqlite:path` and
 * `sqlite://path`.
 */
function fromSqliteUrl(rest: string): string {
  const [location] = splitQuery(rest);
  return decode(location.startsWith("///") ? location.slice(3) : location.replace(/^\/\//, ""));
}

/** RFC 8089: `file:/p` and `file:///p` are absolute; SQLite and Prisma also know `file:relative`. */
function fromFileUrl(rest: string): string {
  const [location, query] = splitQuery(rest);
  if (/(?:^|&)mode=memory(?:&|$)/.test(query)) return ":memory:";
  if (!location.startsWith("//")) return decode(location);
  const [, host = "", path = ""] = /^\/\/([^/]*)(.*)$/s.exec(location) ?? [];
  if (host === "" || host.toLowerCase() === "localhost") return decode(path);
  throw usageError({
    code: "SOURCE_URL_UNKNOWN",
    message: "The source is a file: URL of another host.",
    remedy: "Run Landbridge on the machine where the SQLite file lives and name the file by its path there.",
  });
}

function splitQuery(text: string): readonly [location: string, query: string] {
  const end = text.search(/[?#]/);
  return end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
}

/** A percent sign that starts no escape means itself: people paste paths into URLs unescaped. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
