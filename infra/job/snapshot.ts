/**
 * The finished, checksummed copy of the source, which is all that a job ever sees of it. Taken where the program runs, at an
 * update and never at preview; a file whose fingerprint is the same is not taken again.
 */
import { type CustomResourceOptions, dynamic, type Output } from "@pulumi/pulumi";
import { lateProvider } from "../dynamic.ts";

export interface SnapshotArgs {
  readonly source: { readonly kind: "sample" } | { readonly kind: "file"; readonly path: string };
  /** Of the live file as it is now; empty for the sample, which is the same wherever it is made. */
  readonly fingerprint: string;
  /** Where snapshots are kept, from the project's directory. */
  readonly directory: string;
}

export class Snapshot extends dynamic.Resource {
  /** On this machine, absolute. */
  declare readonly path: Output<string>;
  declare readonly sha256: Output<string>;
  declare readonly bytes: Output<number>;
  /** By which the ledger knows the source. */
  declare readonly sourceName: Output<string>;

  constructor(name: string, { source, fingerprint, directory }: SnapshotArgs, opts: CustomResourceOptions = {}) {
    const file = source.kind === "file" ? source.path : "";
    const outputs = { path: undefined, sha256: undefined, bytes: undefined, sourceName: undefined };
    const inputs = { kind: source.kind, file, fingerprint, directory, ...outputs };
    super(lateProvider("infra/job/take-snapshot.ts"), name, inputs, opts, "landbridge", "Snapshot");
  }
}
