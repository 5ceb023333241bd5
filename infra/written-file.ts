/** A file on the machine where the program runs, for its owner alone: written at an update, gone with the stack. */
import { createHash } from "node:crypto";
import { type CustomResourceOptions, dynamic, type Input, type Output, output, secret } from "@pulumi/pulumi";
import { lateProvider } from "./dynamic.ts";

export interface WrittenFileArgs {
  /** From the project's directory, or absolute. */
  readonly path: string;
  readonly content: Input<string>;
}

export class WrittenFile extends dynamic.Resource {
  declare readonly path: Output<string>;

  constructor(name: string, { path, content }: WrittenFileArgs, opts: CustomResourceOptions = {}) {
    const text = secret(output(content));
    // As secret as the content: a short password could be guessed from it.
    const sha256 = text.apply((all) => createHash("sha256").update(all).digest("hex"));
    const inputs = { path, content: text, sha256 };
    super(lateProvider("infra/write-file.ts"), name, inputs, opts, "landbridge", "WrittenFile");
  }
}
