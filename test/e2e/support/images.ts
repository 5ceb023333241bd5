/**
 * The images of the tests: the official ones where a registry is there, else stand-ins built from Debian's packages that keep
 * the official image's contract (test/e2e/images).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasImage, pulls } from "./engine.ts";

const IMAGES = join(import.meta.dirname, "..", "images");
const DEBIAN = "debian:trixie-slim";

/** @returns the image to test with: the product's default, or PostgreSQL 17 with pgvector from Debian */
export const postgresImage = (): string => {
  const official = "pgvector/pgvector:pg18";
  return hasImage(official) || pulls(official) ? official : standIn("postgres", "landbridge-test/postgres:17");
};

/** @returns the base of the job image, with Node 24 */
export const nodeImage = (): string => {
  const official = "node:24-trixie-slim";
  return hasImage(official) || pulls(official) ? official : standIn("node", "landbridge-test/node:24");
};

const standIn = (folder: string, tag: string): string => {
  if (hasImage(tag)) return tag;
  if (!hasImage(DEBIAN) && !pulls(DEBIAN)) importDebian();
  execFileSync("docker", ["build", "--tag", tag, join(IMAGES, folder)], { stdio: "ignore" });
  return tag;
};

/** A Debian made from its packages, under the tag that the Dockerfiles begin with. */
const importDebian = (): void => {
  const root = mkdtempSync(join(tmpdir(), "landbridge-debian-"));
  try {
    const made = spawnSync("debootstrap", ["--variant=minbase", "trixie", root], { stdio: "ignore" });
    if (made.status !== 0) throw new Error("no image registry is reachable, and debootstrap could not make a Debian");
    execFileSync("sh", ["-c", 'tar -C "$1" -c . | docker import - "$2"', "sh", root, DEBIAN], { stdio: "ignore" });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
