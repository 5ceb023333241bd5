/** Words that several keys of landbridge.yaml take. */
import { z } from "zod";
import { isLabel, isName } from "../names.ts";

export const nameSchema = z.string().min(1).refine(isName, "longer than the 63 bytes that PostgreSQL keeps of a name");

export const zoneSchema = z
  .string()
  .regex(/^(UTC|[+-](0\d|1[0-5]):[0-5]\d)$/, "neither UTC nor an offset such as +02:00");

/** The labels of an enum type: PostgreSQL holds each as it holds a name, and each once. */
export const labelsSchema = z
  .array(z.string().refine(isLabel, "longer than the 63 bytes that PostgreSQL keeps of a label"))
  .min(1)
  .refine((labels) => new Set(labels).size === labels.length, "a label stands twice");

/** SQL of the user's own, taken as it is. */
export const expressionSchema = z.string().min(1);
