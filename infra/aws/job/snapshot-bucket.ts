/** Where a finished snapshot waits for its crossing, and where reports are kept: private, encrypted, versioned, by TLS alone. */
import * as aws from "@pulumi/aws";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import type { RdsSettings } from "../instance.ts";
import { instanceIdentifier, stackTags } from "../names.ts";
import { onlyByTls } from "./policies.ts";

/** Longer than anybody takes from a rehearsal to the cutover; the file that it was taken of is where it was. */
const SNAPSHOT_DAYS = 30;
/** For an object that was overwritten or deleted by mistake. */
const REPLACED_DAYS = 7;
/** What an upload that was killed has left; S3 is paid for it, though nobody sees it. */
const UNFINISHED_DAYS = 1;
/** S3 adds 26 characters to a prefix; 63 is its limit. */
const LONGEST_PREFIX = 37;

export class SnapshotBucket extends ComponentResource {
  readonly arn: Output<string>;
  readonly bucket: Output<string>;

  constructor(name: string, settings: RdsSettings, opts?: ComponentResourceOptions) {
    super("landbridge:aws:SnapshotBucket", name, {}, opts);
    const child: CustomResourceOptions = { parent: this };
    const bucket = new aws.s3.Bucket(
      name,
      {
        bucketPrefix: `${instanceIdentifier(settings.stack).slice(0, LONGEST_PREFIX - 1)}-`,
        forceDestroy: !settings.protect,
        tags: stackTags(settings),
      },
      { ...child, protect: settings.protect },
    );
    const closed = closeToEverybody(name, bucket, child);
    encryptAndKeep(name, bucket, settings, child);
    const policy = new aws.s3.BucketPolicy(
      name,
      { bucket: bucket.id, policy: bucket.arn.apply(onlyByTls) },
      { ...child, dependsOn: closed },
    );
    // By way of the policy: nothing is written before the bucket is closed.
    this.bucket = policy.bucket;
    this.arn = bucket.arn;
    this.registerOutputs({ bucket: this.bucket });
  }
}

const closeToEverybody = (name: string, { id: bucket }: aws.s3.Bucket, opts: CustomResourceOptions) => [
  new aws.s3.BucketPublicAccessBlock(
    name,
    { bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    opts,
  ),
  new aws.s3.BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, opts),
];

const encryptAndKeep = (
  name: string,
  { id: bucket }: aws.s3.Bucket,
  { kmsKeyArn }: RdsSettings,
  opts: CustomResourceOptions,
): void => {
  const byDefault =
    kmsKeyArn === null ? { sseAlgorithm: "AES256" } : { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn };
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    {
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: byDefault, bucketKeyEnabled: kmsKeyArn !== null }],
    },
    opts,
  );
  const versioning = new aws.s3.BucketVersioning(
    name,
    { bucket, versioningConfiguration: { status: "Enabled" } },
    opts,
  );
  new aws.s3.BucketLifecycleConfiguration(name, { bucket, rules: lifecycle() }, { ...opts, dependsOn: versioning });
};

/** Reports are kept: they are the proof. */
const lifecycle = () => [
  {
    id: "snapshots-expire",
    status: "Enabled",
    filter: { prefix: "snapshots/" },
    expiration: { days: SNAPSHOT_DAYS },
    noncurrentVersionExpiration: { noncurrentDays: REPLACED_DAYS },
  },
  {
    id: "unfinished-uploads-go",
    status: "Enabled",
    filter: { prefix: "" },
    abortIncompleteMultipartUpload: { daysAfterInitiation: UNFINISHED_DAYS },
  },
];
