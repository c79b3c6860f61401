// One JSON object a line. Details of a failure go here and nowhere else; URLs never do, as their queries carry secrets.

export function logEvent(event: string, fields: Record<string, string | number | boolean | null>): void {
  console.log(JSON.stringify({ event, ...fields }));
}

export function logFailure(event: string, error: unknown, fields: Record<string, string | number | null> = {}): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(JSON.stringify({ event, ...fields, error: `${name}: ${message}`, stack: stack ?? null }));
}
