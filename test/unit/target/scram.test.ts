import { createHash, createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { scramVerifier } from "../../../src/target/scram.ts";

it("is the verifier that the example of RFC 7677 (user, pencil) is checked by", () => {
  const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
  const verifier = scramVerifier("pencil", salt);
  expect(verifier).toMatch(/^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$[\w+/]{43}=:[\w+/]{43}=$/);
  const [storedKey, serverKey] = verifier.split("$")[2]!.split(":") as [string, string];
  const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  const message = `n=user,r=rOprNGfwEbeRWgbNEkqO,r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=${nonce}`;
  const hmac = (key: Buffer) => createHmac("sha256", key).update(message).digest();
  // The RFC's messages: the client's proof opens to the stored key, and the server's signature is the printed one.
  const signature = hmac(Buffer.from(storedKey, "base64"));
  const proof = Buffer.from("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "base64");
  const clientKey = Buffer.from(proof.map((byte, i) => byte ^ signature[i]!));
  expect(createHash("sha256").update(clientKey).digest("base64")).toBe(storedKey);
  expect(hmac(Buffer.from(serverKey, "base64")).toString("base64")).toBe(
    "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
  );
});

it("is of the password as SASLprep has it: spaces, invisible characters, compatibility forms", () => {
  const salt = Buffer.alloc(16, 7);
  expect(scramVerifier("I\u00adX\u00a0\u2168\u00aa", salt)).toBe(scramVerifier("IX IXa", salt));
});

it("has another salt each time", () => {
  expect(scramVerifier("pencil")).not.toBe(scramVerifier("pencil"));
});
