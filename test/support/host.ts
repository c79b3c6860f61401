// What the modules of the fake internet have in common.
import type { Socket } from "node:net";

/** A host that breaks the protocol takes the socket and writes what it wants. */
export interface Raw {
  raw: (socket: Socket) => void;
}

export type Host = (request: Request) => Response | Raw | Promise<Response | Raw>;
