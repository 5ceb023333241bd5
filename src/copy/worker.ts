/** A worker thread of the copy: its own handle on the snapshot, its own connection; takes one unit at a time. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type FromWorker, type ToWorker, toPlain } from "./messages.ts";
import { CopySession, type SessionSettings } from "./session.ts";
import { copyUnit } from "./unit.ts";

const work = (port: MessagePort, settings: SessionSettings): void => {
  const session = new CopySession(settings);
  const stop = new AbortController();
  const tell = (message: FromWorker): void => port.postMessage(message);

  const copy = async (message: Extract<ToWorker, { kind: "copy" }>): Promise<void> => {
    try {
      await copyUnit(session, message.unit, {
        emit: (event) => tell({ kind: "event", event }),
        signal: stop.signal,
        onProgress: (rows, bytes, table) => tell({ kind: "progress", rows, bytes, table }),
      });
      tell({ kind: "ready" });
    } catch (error) {
      tell({ kind: "failed", error: toPlain(error) });
      await end();
    }
  };
  const end = async (): Promise<void> => {
    port.close();
    await session.close();
  };

  let inHand: Promise<void> = Promise.resolve();
  port.on("message", (message: ToWorker) => {
    if (message.kind === "copy") inHand = copy(message);
    else {
      stop.abort();
      void inHand.then(end);
    }
  });
  tell({ kind: "ready" });
};

if (parentPort) work(parentPort, workerData as SessionSettings);
