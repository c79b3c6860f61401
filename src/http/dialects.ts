// Which routes speak the language of an earlier service.

const legacyRoots = new Set(["upload", "status", "job", "fetch", "webhook-completed"]);

export function isLegacyPath(path: string): boolean {
  return legacyRoots.has(path.split("/")[1] ?? "");
}
