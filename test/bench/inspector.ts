// V8's inspector of a Worker in `wrangler dev`: what its isolate holds. One connection, one question at a time.
import { z } from "zod";

export interface Inspector {
  ask(method: string): Promise<unknown>;
  close(): void;
}

const answer = z.object({ id: z.int(), result: z.unknown(), error: z.object({ message: z.string() }).optional() });
const targets = z.array(z.object({ webSocketDebuggerUrl: z.string() }));

export async function openInspector(port: number): Promise<Inspector> {
  const [target] = targets.parse(await (await fetch(`http://127.0.0.1:${port}/json`)).json());
  if (target === undefined) throw new Error("The inspector knows of no Worker.");
  // wrangler lets nobody in without a known origin. The Worker's types shadow Node's, whose WebSocket takes headers.
  const socket: WebSocket = Reflect.construct(WebSocket, [
    target.webSocketDebuggerUrl,
    { headers: { origin: "http://localhost" } },
  ]);
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let next = 1;
  socket.addEventListener("message", ({ data }) => {
    const parsed = answer.safeParse(JSON.parse(String(data)));
    if (!parsed.success) return;
    const { id, result, error } = parsed.data;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error.message));
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("close", () => reject(new Error("The inspector hung up.")));
  });
  return {
    ask(method) {
      const id = next++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params: {} }));
      });
    },
    close: () => socket.close(),
  };
}

/** What an isolate holds, in bytes. The parts do not overlap. */
export interface Held {
  /** V8's heap: objects, strings, code. */
  heapBytes: number;
  /** Backing stores: array buffers, and the memories of WebAssembly instances. */
  bufferBytes: number;
  /** Of workerd's own objects that JavaScript holds. */
  embedderBytes: number;
}

const heapUsage = z.object({
  usedSize: z.number(),
  backingStorageSize: z.number(),
  embedderHeapUsedSize: z.number(),
});

export async function heapOf(inspector: Inspector): Promise<Held> {
  const usage = heapUsage.parse(await inspector.ask("Runtime.getHeapUsage"));
  return {
    heapBytes: usage.usedSize,
    bufferBytes: usage.backingStorageSize,
    embedderBytes: usage.embedderHeapUsedSize,
  };
}

export function totalOf({ heapBytes, bufferBytes, embedderBytes }: Held): number {
  return heapBytes + bufferBytes + embedderBytes;
}
