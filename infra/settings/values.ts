/** How a value of the stack's configuration, which is always text, becomes what the program works with. */
import { z } from "zod";

const UNITS: Readonly<Record<string, number>> = { kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30, tb: 2 ** 40 };

/** `512MB`, `4GB`: bytes. */
export const bytes = () =>
  z.string().transform((text, context) => {
    const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]b)$/i.exec(text.trim()) ?? [];
    const factor = UNITS[unit.toLowerCase()];
    if (factor !== undefined) return Math.round(Number(number) * factor);
    context.addIssue({ code: "custom", message: "a size with its unit: kB, MB, GB or TB" });
    return z.NEVER;
  });

export const whole = (least: number, most: number) =>
  z.string().transform((text, context) => {
    const number = Number(text);
    if (/^-?\d+$/.test(text.trim()) && number >= least && number <= most) return number;
    context.addIssue({ code: "custom", message: `a whole number from ${least} to ${most}` });
    return z.NEVER;
  });

export const yesNo = () => z.enum(["true", "false"], { error: "true or false" }).transform((text) => text === "true");

export const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `one of ${words.join(", ")}` });

/** `a,b` or a list made with `pulumi config set --path 'key[0]' a`, which arrives as JSON. */
export const list = (of: z.ZodType<string> = z.string().min(1)) =>
  z
    .string()
    .transform((text, context) => {
      if (!text.trim().startsWith("[")) return text.split(",").map((part) => part.trim());
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: "a list: a,b,c or JSON" });
        return z.NEVER;
      }
    })
    .pipe(z.array(of).readonly());

export const matching = (pattern: RegExp, allowed: string) => z.string().regex(pattern, { error: allowed });

/** A name that PostgreSQL keeps whole: 63 bytes (NAMEDATALEN − 1). */
export const postgresName = () =>
  z
    .string()
    .min(1)
    .refine((name) => Buffer.byteLength(name) <= 63 && !name.includes("\0"), "a name of 1 to 63 bytes");

export const cidr = () =>
  matching(/^(?:\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}|[0-9a-f:]+\/\d{1,3})$/i, "a network such as 10.0.0.0/8");
