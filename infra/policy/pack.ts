/** The policy pack: `pulumi preview --policy-pack infra/policy`. Started by the engine in a process of its own. */
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

new PolicyPack("landbridge", { policies, enforcementLevel: "mandatory" });
