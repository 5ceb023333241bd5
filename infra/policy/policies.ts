/** The rules as Pulumi's policies. Each rule reads planned inputs, so that it refuses at preview, before anything is made. */
import type { Policies, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { bucketRules, unguardedBuckets } from "./rules/bucket.ts";
import { databaseRules } from "./rules/database.ts";
import { networkRules } from "./rules/network.ts";
import type { Rule } from "./rules/rule.ts";

const asPolicy = ({ name, description, level, check }: Rule): ResourceValidationPolicy => ({
  name,
  description,
  enforcementLevel: level,
  validateResource: ({ type, props, opts }, report) => {
    for (const violation of check({ type, props, protect: opts.protect })) report(violation);
  },
});

const bucketsGuarded: StackValidationPolicy = {
  name: "bucket-guarded",
  description: "Each bucket has its encryption and its public access block beside it.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const planned = resources.map(({ type, props, urn, opts, propertyDependencies }) => ({
      type,
      props,
      urn,
      protect: opts.protect,
      dependencies: (property: string) => (propertyDependencies[property] ?? []).map((resource) => resource.urn),
    }));
    for (const { urn, missing } of unguardedBuckets(planned)) report(missing, urn);
  },
};

export const policies: Policies = [
  ...[...databaseRules, ...networkRules, ...bucketRules].map(asPolicy),
  bucketsGuarded,
];
