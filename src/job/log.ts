// One JSON object a line, each with the id of the request, batch or alarm that it belongs to. Details of a failure go
// here and nowhere else. What a URL holds beyond its host never does, as queries and paths carry secrets, nor does a key.

import { AsyncLocalStorage } from "node:async_hooks";

type Fields = Record<string, string | number | boolean | null>;

const requestIds = new AsyncLocalStorage<string>();

/** Every line that is logged while `run` goes on carries this id. */
export function underRequestId<Result>(requestId: string, run: () => Result): Result {
  return requestIds.run(requestId, run);
}

export function currentRequestId(): string | null {
  return requestIds.getStore() ?? null;
}

export function logEvent(event: string, fields: Fields): void {
  console.log(toLine({ event, ...fields }));
}

export function logFailure(event: string, error: unknown, fields: Fields = {}): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(toLine({ event, ...fields, error: `${name}: ${message}`, stack: stack ?? null }));
}

function toLine(fields: Fields): string {
  return JSON.stringify({ ...fields, request_id: currentRequestId() }, (_, value: unknown) =>
    typeof value === "string" ? withoutSecrets(value) : value,
  );
}

/** Leaves of a URL its scheme and host, and of a key or a webhook secret its kind. */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/(https?:\/\/)(?:[^\s/?#"'<>]*@)?([^\s/?#"'<>]*)[^\s"'<>]*/gi, "$1$2/…")
    .replaceAll(/(ht_live_|whsec_)[\w+/=]+/g, "$1…");
}
