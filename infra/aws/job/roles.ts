/** The job's roles: what starts a task, and what a task may do itself. */
import * as aws from "@pulumi/aws";
import type { CustomResourceOptions, Input, Output } from "@pulumi/pulumi";

export interface RoleArgs {
  readonly description: string;
  /** Who may take the role on. */
  readonly trust: Input<string>;
  /** What it may do, as a document; null: what the managed policy says alone. */
  readonly policy: Input<string> | null;
  readonly managedPolicyArn?: Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

/** @returns the role's ARN, once it may do what it is for */
export const role = (name: string, args: RoleArgs, opts: CustomResourceOptions): Output<string> => {
  const { description, trust, policy, managedPolicyArn, tags } = args;
  const made = new aws.iam.Role(name, { description, assumeRolePolicy: trust, tags }, opts);
  const inline = policy === null ? null : new aws.iam.RolePolicy(name, { role: made.name, policy }, opts);
  const managed =
    managedPolicyArn === undefined
      ? null
      : new aws.iam.RolePolicyAttachment(name, { role: made.name, policyArn: managedPolicyArn }, opts);
  const allowed = [inline, managed].filter((each) => each !== null);
  return allowed.reduce<Output<string>>((arn, { id }) => id.apply(() => arn), made.arn);
};
