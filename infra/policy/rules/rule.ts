/** What a rule is: from one planned resource to what is wrong with it. Plain values, whatever the engine wraps around them. */

export interface PlannedResource {
  /** Pulumi's token, e.g. `aws:rds/instance:Instance`. */
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Whether Pulumi protects it from being deleted. */
  readonly protect: boolean;
}

export interface Rule {
  readonly name: string;
  /** The demand, in one sentence. */
  readonly description: string;
  /** advisory: shown, and the update goes on. */
  readonly level: "mandatory" | "advisory";
  /** Sentences about what is wrong; none for a resource that the rule has nothing to say of. */
  readonly check: (resource: PlannedResource) => readonly string[];
}

/** `says` unless `holds`. */
export const demand = (holds: boolean, says: string): readonly string[] => (holds ? [] : [says]);

/** A property that is a list of objects, or absent. */
export const objects = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
