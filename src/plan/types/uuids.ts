/** Type rules for UUIDs: one spelling is kept in the plan and can be given back, several cannot. */
import type { ColumnProfile } from "../../source/model.ts";
import type { SourceForm } from "../model.ts";
import { holdsOnly, type TypeChoice } from "./choice.ts";

type UuidSpelling = Extract<SourceForm, { kind: "uuid" }>["spelling"];

const SPELLINGS = [
  ["uuidLower", "lower", "in lower case"],
  ["uuidUpper", "upper", "in upper case"],
  ["hex32Lower", "hex-lower", "of 32 digits in lower case"],
  ["hex32Upper", "hex-upper", "of 32 digits in upper case"],
] as const;

const blobsAreUuids = ({ minBlobBytes, maxBlobBytes }: ColumnProfile): boolean =>
  minBlobBytes === 16 && maxBlobBytes === 16;

/** uuid where every value is one in one spelling (text, 32 hex digits, or 16 bytes); null otherwise. */
export const uuidChoice = (profile: ColumnProfile): TypeChoice | null => {
  const choose = (spelling: UuidSpelling): TypeChoice => ({
    type: { name: "uuid" },
    form: { kind: "uuid", spelling },
    reason: `every value is a UUID, spelled ${spelling}`,
  });
  if (holdsOnly(profile, "blobs")) return blobsAreUuids(profile) ? choose("blob") : null;
  if (!holdsOnly(profile, "texts")) return null;
  const spelling = SPELLINGS.find(([shape]) => profile.shapes[shape] === profile.texts)?.[1];
  return spelling ? choose(spelling) : null;
};

/** Texts that are UUIDs in whatever spelling, and BLOBs where all of them are. */
export const uuidCount = (profile: ColumnProfile): number => {
  const { shapes, blobs } = profile;
  const texts = SPELLINGS.reduce((sum, [shape]) => sum + shapes[shape], shapes.uuidOther);
  return texts + (blobsAreUuids(profile) ? blobs : 0);
};

/** uuid where every value is one, in several spellings; null otherwise. */
export const mixedUuidChoice = (profile: ColumnProfile): TypeChoice | null => {
  const total = profile.texts + profile.blobs;
  if (total === 0 || profile.integers + profile.reals > 0 || uuidCount(profile) !== total) return null;
  return {
    type: { name: "uuid" },
    form: { kind: "uuid-mixed" },
    reason: "every value is a UUID, in several spellings",
  };
};

/** "12 in lower case, 1 of 16 bytes" */
export const uuidCensus = (profile: ColumnProfile): string => {
  const { shapes, blobs } = profile;
  const counts: (readonly [number, string])[] = [
    ...SPELLINGS.map(([shape, , words]) => [shapes[shape], words] as const),
    [shapes.uuidOther, "in both cases, in braces or as urn:uuid:"],
    [blobsAreUuids(profile) ? blobs : 0, "as 16 bytes"],
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(", ");
};
