/** The arguments and flags of `npm run tunnel`. */
import type { Verb } from "../cli/arguments.ts";

export const TUNNEL: Verb = {
  name: "tunnel",
  summary:
    "The way from here to a database on AWS, which nobody reaches from outside its network: forwards a port of this machine by Session Manager through a small task of the stack. It starts that task where none runs, prints the addresses of the owner and of the application, and ends with Ctrl-C, the task that it started with it. Passwords are not part of it.",
  positionals: [],
  options: [
    { name: "stack", value: "NAME", default: "the selected stack", description: "Which stack." },
    { name: "port", value: "PORT", default: "15432", description: "On this machine, at 127.0.0.1 alone." },
    {
      name: "check",
      description: "Start nothing: say whether everything is there, and which verbs go which way.",
    },
  ],
  examples: [
    {
      command: "npm run tunnel -- --stack prod",
      does: "Open it; in another terminal give the owner's address as --target.",
    },
    { command: "npm run tunnel -- --stack prod --check", does: "The preflight alone." },
  ],
};
