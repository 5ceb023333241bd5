/** Buckets: encrypted and closed to the public, which S3 has as resources of their own beside the bucket. */
import { demand, type PlannedResource, type Rule } from "./rule.ts";

const BLOCKS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

export const bucketRules: readonly Rule[] = [
  {
    name: "bucket-private",
    description: "Buckets are closed to the public.",
    level: "mandatory",
    check: ({ type, props }) => {
      if (type === "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
        return BLOCKS.filter((block) => props[block] !== true).map((block) => `${block} is not true.`);
      if (/^aws:s3\/bucket(?:V2|Acl|AclV2)?:/.test(type))
        return demand(!String(props["acl"] ?? "private").startsWith("public-"), `Its ACL is ${props["acl"]}.`);
      return [];
    },
  },
];

/** A resource of the whole stack, and the URNs of those that one of its properties comes from. */
export interface StackResource extends PlannedResource {
  readonly urn: string;
  readonly dependencies: (property: string) => readonly string[];
}

const isBucket = ({ type }: StackResource): boolean => /^aws:s3\/bucket(?:V2)?:/.test(type);

/** What has to stand beside each bucket, by the type of the resource. */
const GUARDS: readonly (readonly [type: RegExp, missing: string])[] = [
  [/^aws:s3\/bucketPublicAccessBlock:/, "It has no public access block."],
  [/^aws:s3\/bucketServerSideEncryptionConfiguration(?:V2)?:/, "It has no encryption of its own choice."],
];

/** @returns the URN of each bucket that lacks something, and what it lacks */
export const unguardedBuckets = (
  resources: readonly StackResource[],
): readonly { readonly urn: string; readonly missing: string }[] =>
  resources
    .filter(isBucket)
    .flatMap(({ urn }) =>
      GUARDS.filter(
        ([type]) => !resources.some((guard) => type.test(guard.type) && guard.dependencies("bucket").includes(urn)),
      ).map(([, missing]) => ({ urn, missing })),
    );
