/** The job's image, by its digest: built from the Dockerfile of this checkout into a repository of the stack's own, or given. */
import { join, relative } from "node:path";
import * as aws from "@pulumi/aws";
import * as build from "@pulumi/docker-build";
import { type CustomResourceOptions, interpolate, type Output, output, secret } from "@pulumi/pulumi";
import { ROOT } from "../../root.ts";
import { configError } from "../../settings/mistake.ts";
import type { RdsSettings } from "../instance.ts";
import { instanceIdentifier, stackTags } from "../names.ts";

/** Each build leaves one; the task definition names its own by digest. */
const KEPT_IMAGES = 5;

/**
 * `jobImage` is for where no engine is at hand, and then there is no repository either.
 * @throws LandbridgeError STACK_CONFIG (usage) for an image by tag: what runs would not be what was tried out
 */
export const jobImage = (name: string, settings: RdsSettings, opts: CustomResourceOptions): Output<string> => {
  if (settings.jobImage === null) return builtImage(name, settings, opts);
  if (!/@sha256:[0-9a-f]{64}$/.test(settings.jobImage))
    throw configError("jobImage", `"${settings.jobImage}" is not named by its digest (name@sha256:…).`);
  return output(settings.jobImage);
};

const builtImage = (name: string, settings: RdsSettings, opts: CustomResourceOptions): Output<string> => {
  const repository = imageRepository(name, settings, opts);
  const login = aws.ecr.getAuthorizationTokenOutput({ registryId: repository.registryId }, { parent: opts.parent! });
  // From where the program runs, which is where the provider runs, so that every checkout says the same.
  const root = relative(process.cwd(), ROOT) || ".";
  const image = new build.Image(
    name,
    {
      context: { location: root },
      dockerfile: { location: join(root, "Dockerfile") },
      platforms: [build.Platform.Linux_amd64],
      tags: [interpolate`${repository.repositoryUrl}:job`],
      push: true,
      // A preview touches no engine and no registry.
      buildOnPreview: false,
      registries: [{ address: repository.repositoryUrl, username: login.userName, password: secret(login.password) }],
    },
    // The token is another one at every update; the provider does not count that as a change.
    opts,
  );
  return interpolate`${repository.repositoryUrl}@${image.digest}`;
};

const imageRepository = (name: string, settings: RdsSettings, opts: CustomResourceOptions): aws.ecr.Repository => {
  const { kmsKeyArn, stack } = settings;
  const repository = new aws.ecr.Repository(
    name,
    {
      name: `${instanceIdentifier(stack)}/job`,
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [
        kmsKeyArn === null ? { encryptionType: "AES256" } : { encryptionType: "KMS", kmsKey: kmsKeyArn },
      ],
      // Images are built again from the checkout.
      forceDelete: true,
      tags: stackTags(settings),
    },
    opts,
  );
  new aws.ecr.LifecyclePolicy(name, { repository: repository.name, policy: forgetOldImages() }, opts);
  return repository;
};

const forgetOldImages = (): string =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: `The last ${KEPT_IMAGES} that have lost their tag to a newer one`,
        selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: KEPT_IMAGES },
        action: { type: "expire" },
      },
    ],
  });
