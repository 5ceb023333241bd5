/** `npm run pg -- url`: for programs that are to connect to the embedded server. */
import type { Target } from "../../src/target/model.ts";

/** The embedded server's connection string for other programs: the one place where its password is shown, because it was asked for. */
export const urlWithPassword = ({ config, display }: Target): string =>
  display.replace("@", `:${encodeURIComponent(String(config.password))}@`);
