import { expect, test } from "vitest";
import { connectionError } from "../../../src/target/connection-error.ts";
import { parseTarget } from "../../../src/target/url.ts";

const timeout = Object.assign(new Error("timeout expired"), { code: "ETIMEDOUT" });

test.each([
  ["app.abc.eu-central-1.rds.amazonaws.com", true],
  ["app.abc.rds.cn-north-1.amazonaws.com.cn", true],
  ["db.example.org", false],
  ["rds.amazonaws.com.example.org", false],
])("a server that does not answer at %s: the tunnel is named: %s", (host, named) => {
  const { code, remedy } = connectionError(parseTarget(`postgresql://ann@${host}/app`), timeout);
  expect([code, remedy.includes("npm run tunnel")]).toEqual(["TARGET_UNREACHABLE", named]);
});
