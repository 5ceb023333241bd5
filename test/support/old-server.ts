/** A stub that speaks just enough of PostgreSQL's protocol to say that it is an old version; a real one cannot be had from npm. */
import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

const PROCESS_ID = 4711;
const SSL_REQUEST = 80_877_103;

interface Version {
  readonly version: string;
  readonly versionNumber: number;
}

/** Listens until the test ends. Gives its port and what it has been asked so far. */
export const oldServer = async (version: Version): Promise<{ port: number; asked: readonly string[] }> => {
  const asked: string[] = [];
  const server = createServer((socket) => serve(socket, asked, version));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === "object" && address !== null ? address.port : 0, asked };
};

const serve = (socket: Socket, asked: string[], version: Version): void => {
  let pending = Buffer.alloc(0);
  let started = false;
  let prepared = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      // A message before and with the start-up has no letter in front of its length; whatever else comes there ends it.
      const head = started ? 1 : 0;
      if (!started && pending.length >= 4 && pending.readInt32BE(0) > 10_000) return void socket.end();
      if (pending.length < head + 4 || pending.length < head + pending.readInt32BE(head)) return;
      const end = head + pending.readInt32BE(head);
      const type = started ? String.fromCharCode(pending[0]!) : "";
      const body = pending.subarray(head + 4, end);
      pending = pending.subarray(end);
      if (!started && body.readInt32BE(0) === SSL_REQUEST) socket.write("N");
      else if (!started) {
        started = true;
        socket.write(
          Buffer.concat([message("R", int32(0)), message("K", Buffer.concat([int32(PROCESS_ID), int32(1)])), READY]),
        );
      } else if (type === "Q") {
        const sql = body.toString("utf8").replace(/\0$/, "");
        asked.push(sql);
        socket.write(Buffer.concat([answer(sql, version), READY]));
      } else if (type === "P") {
        prepared = body.toString("utf8").split("\0")[1]!;
        asked.push(prepared);
      } else if (type === "S")
        socket.write(Buffer.concat([message("1"), message("2"), answer(prepared, version), READY]));
      else if (type === "X") socket.end();
    }
  });
};

const answer = (sql: string, { version, versionNumber }: Version): Buffer => {
  if (sql.includes("pg_backend_pid() AS pid")) return row({ pid: PROCESS_ID });
  if (sql.includes("pg_try_advisory_lock")) return row({ locked: true });
  if (!sql.includes("server_version_num")) return message("C", text("OK"));
  return row({ version, versionNumber, encoding: "UTF8", database: "old", user: "me", superuser: "f", tls: "f" });
};

/** One row: numbers as int4, booleans, all else as text. */
const row = (values: Readonly<Record<string, string | number | boolean>>): Buffer => {
  const fields = Object.entries(values).map(([name, value]) => {
    const type = typeof value === "number" ? 23 : typeof value === "boolean" ? 16 : 25;
    return Buffer.concat([text(name), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]);
  });
  const cells = Object.values(values).map((value) => {
    const bytes = Buffer.from(typeof value === "boolean" ? "t" : String(value));
    return Buffer.concat([int32(bytes.length), bytes]);
  });
  return Buffer.concat([
    message("T", Buffer.concat([int16(fields.length), ...fields])),
    message("D", Buffer.concat([int16(cells.length), ...cells])),
    message("C", text("SELECT 1")),
  ]);
};

const message = (type: string, body: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);

const int32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};

const int16 = (value: number): Buffer => int32(value).subarray(2);
const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const READY = message("Z", Buffer.from("I"));
