/** What of the target a plan depends on. */
export interface Capabilities {
  /** Extensions that are there or can be made. */
  readonly extensions: ReadonlySet<string>;
}
