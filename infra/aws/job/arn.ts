/** What is read out of ARNs: arn:partition:service:region:account:resource. */

export interface Home {
  /** aws, aws-cn or aws-us-gov */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** Where the resource of this ARN is. Not for those that have no region, such as roles and buckets. */
export const homeOf = (arn: string): Home => {
  const [, partition = "aws", , region = "", account = ""] = arn.split(":");
  return { partition, region, account };
};

/** A secret without the JSON key that ECS lets follow: `…:secret:name-1a2b3c:password::` → `…:secret:name-1a2b3c`. */
export const secretArn = (reference: string): string => reference.split(":").slice(0, 7).join(":");

/**
 * The repository that an image's address names, where it is one of ECR:
 * `123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app@sha256:…`; null for every other registry.
 */
export const repositoryArn = (image: string): string | null => {
  const { account, region, end, name } =
    /^(?<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.amazonaws\.com(?<end>\.cn)?\/(?<name>[^@:]+)/.exec(
      image,
    )?.groups ?? {};
  if (account === undefined || region === undefined || name === undefined) return null;
  const partition = end === undefined ? (region.startsWith("us-gov-") ? "aws-us-gov" : "aws") : "aws-cn";
  return `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
};
