/** The address of an object in S3, and what S3 says of it in words that help. */
import { LandbridgeError, messageOf, usageError } from "../../src/errors.ts";

/** `s3://bucket/key`. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

/** @throws LandbridgeError SOURCE_URL_UNKNOWN (usage) */
export const parseObjectAddress = (text: string): ObjectAddress => {
  const { bucket, key } = /^s3:\/\/(?<bucket>[^/]+)\/(?<key>.*[^/])$/i.exec(text)?.groups ?? {};
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw usageError({
    code: "SOURCE_URL_UNKNOWN",
    message: `"${text}" is not an address in S3.`,
    remedy: "Write s3://bucket/key.",
  });
};

/** What S3 says, in words that name the object and what helps. */
export const objectStoreError = ({ bucket, key }: ObjectAddress, cause: unknown): LandbridgeError => {
  if (cause instanceof LandbridgeError) return cause;
  const name = cause instanceof Error ? cause.name : "";
  const remedy =
    name === "NoSuchKey" || name === "NotFound"
      ? "Snapshots expire in the bucket after some weeks. Upload it again: pulumi up --replace '**SnapshotUpload**'"
      : /AccessDenied|Forbidden/.test(name)
        ? "The role that runs this needs s3:GetObject on snapshots/ and s3:PutObject on reports/, and the bucket's key. An object that is not there is reported the same way."
        : "Check the bucket's name, the region, the credentials, and that this place reaches S3 (a gateway endpoint in a private network).";
  return new LandbridgeError({
    code: "OBJECT_STORE",
    message: `s3://${bucket}/${key}: ${messageOf(cause) || name}`,
    remedy,
    cause,
  });
};
