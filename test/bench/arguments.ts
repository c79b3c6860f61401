// What the command line says, the same for every section.

const withValue = ["--only", "--rounds", "--images", "--copies", "--photo", "--shape", "--out"];

export function has(option: string): boolean {
  return process.argv.includes(option);
}

export function valueOf(option: string): string | null {
  const index = process.argv.indexOf(option);
  return index < 0 ? null : (process.argv[index + 1] ?? null);
}

/** The argument that belongs to no option. */
export function folderArgument(): string | null {
  const given = process.argv.slice(2);
  return given.find((word, at) => !word.startsWith("--") && !withValue.includes(given[at - 1] ?? "")) ?? null;
}
