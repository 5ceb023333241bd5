/** Words that several keys of landbridge.yaml take. */
import { z } from "zod";
import { isName } from "../names.ts";

export const nameSchema = z.string().min(1).refine(isName, "longer than the 63 bytes that PostgreSQL keeps of a name");

export const zoneSchema = z
  .string()
  .regex(/^(UTC|[+-](0\d|1[0-5]):[0-5]\d)$/, "neither UTC nor an offset such as +02:00");

/** SQL of the user's own, taken as it is. */
export const expressionSchema = z.string().min(1);
