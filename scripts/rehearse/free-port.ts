/** A port of this machine that nobody listens on. */
import { createServer } from "node:net";

/** Free a moment ago: somebody else may take it before it is used, and then the rehearsal says so. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
