/** The dump of `npm run teardown`, made and restored into a fresh database of the rehearsal. */
import type { DumpedAndRestored } from "../../src/rehearsal/way-back.ts";
import type { Standing } from "./stage.ts";

export const dumpAndRestore = (
  { target, dumper, freshDatabase }: Standing,
  file: string,
): (() => Promise<DumpedAndRestored>) | { readonly unavailable: string } => {
  if ("unavailable" in dumper) return dumper;
  return async () => {
    const began = performance.now();
    const { bytes, objects } = await dumper.dump(target, file);
    const dumped = performance.now();
    const { target: restored } = await freshDatabase("rehearsal_restored");
    const ready = performance.now();
    await dumper.restore(file, restored);
    return {
      ...{ bytes, objects, restored },
      dumpSeconds: (dumped - began) / 1000,
      restoreSeconds: (performance.now() - ready) / 1000,
    };
  };
};
