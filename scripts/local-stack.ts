// Starts Halftone in a `wrangler dev` of its own and takes all of it away again: the process group, and the state when
// it was throw-away. Used by everything that needs the real thing from outside: the demo, benchmarks, browser tests.
//
// wrangler leads a process group, so one signal to the group reaches workerd and esbuild too. It is sent by `stop()`, by
// our own end (signal, `process.exit`, uncaught error), and, should we be killed without a word, by a keeper: a shell
// that waits for the end of a pipe that only we hold open.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { exitOf, migrateFlags, spawnWrangler } from "./wrangler.ts";

export interface LocalStackOptions {
  /** Configuration of the Worker, beside the defaults of `src/config.ts` and `AUTH=open`. */
  vars: Record<string, string>;
  /** Where D1, R2, the queue and the objects live. Without it a throw-away folder, removed at the end. */
  stateFolder?: string;
  /** Without it a free one. */
  port?: number;
  /** Where V8's inspector listens; without it on a port that nobody is told. */
  inspectorPort?: number;
  /** Another wrangler configuration than the project's; its bindings must be the same. */
  configPath?: string;
  /** Until `/health` answers 200, migrations included. Default 90 s. */
  startTimeoutMs?: number;
}

export interface LocalStack {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** The last lines that wrangler and the Worker wrote, requests that went well left out. */
  logTail(): string;
  /** The whole of it; gone with a throw-away state. */
  logPath: string;
  /** Rejects when wrangler ends although nobody stopped it; never resolves. For use in `Promise.race`. */
  crashed: Promise<never>;
  /** Ends every process of the stack; safe to repeat. */
  stop(): Promise<void>;
  /** The same without a word to any of them, as a power cut does it. */
  kill(): Promise<void>;
}

const stopGraceMs = 5_000;

/** @throws Error with the last lines of the log when the stack does not come up. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const isThrowAway = options.stateFolder === undefined;
  const folder = options.stateFolder ?? mkdtempSync(join(tmpdir(), "halftone-stack-"));
  mkdirSync(folder, { recursive: true });
  const logPath = join(folder, "stack.log");
  const origin = `http://127.0.0.1:${options.port ?? (await freePort())}`;
  const logTail = () => lastLines(readFileSync(logPath, "utf8"));

  let leader: ChildProcess | null = null;
  let keeper: ChildProcess | null = null;
  let stopping: Promise<void> | null = null;

  /** Runs one wrangler as the leader of a group of its own, its words going to the log. */
  const run = (args: readonly string[]): ChildProcess => {
    const log = openSync(logPath, "a");
    const child = spawnWrangler(args, {
      stdio: ["ignore", log, log],
      detached: true,
      env: {
        CI: "1",
        FORCE_COLOR: "0",
        WRANGLER_WRITE_LOGS: "false",
        // Two stacks of one name find each other through a shared registry and take each other's messages.
        WRANGLER_REGISTRY_PATH: join(folder, "registry"),
        // Saving the file that is open in an editor must not disturb a run.
        WRANGLER_CI_DISABLE_CONFIG_WATCHING: "true",
      },
    });
    closeSync(log);
    leader = child;
    return child;
  };

  const abandon = () => {
    killGroup(leader, "SIGKILL");
    keeper?.kill("SIGKILL");
    if (isThrowAway) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const onSignal = (signal: NodeJS.Signals) => {
    void stop().finally(() => process.exit(signal === "SIGINT" ? 130 : signal === "SIGTERM" ? 143 : 129));
  };
  process.on("exit", abandon);
  for (const signal of endingSignals) process.on(signal, onSignal);

  function stop(): Promise<void> {
    return (stopping ??= stopAll("SIGTERM"));
  }

  function kill(): Promise<void> {
    return (stopping ??= stopAll("SIGKILL"));
  }

  async function stopAll(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    if (leader !== null && leader.exitCode === null && leader.signalCode === null) {
      const ended = exitOf(leader);
      killGroup(leader, signal);
      await Promise.race([ended, sleep(stopGraceMs, null, { ref: false })]);
    }
    abandon();
    process.off("exit", abandon);
    for (const signal of endingSignals) process.off(signal, onSignal);
  }

  try {
    const deadline = Date.now() + (options.startTimeoutMs ?? 90_000);
    const config = options.configPath === undefined ? [] : ["--config", options.configPath];
    const migrated = await Promise.race([exitOf(run([...migrateFlags(folder), ...config])), sleepUntil(deadline)]);
    if (migrated !== 0)
      throw new Error(migrated === "late" ? "The migrations took too long." : "The migrations failed.");

    // An empty file instead of the developer's own variables: every start is alike.
    const noVariables = join(folder, "no.env");
    closeSync(openSync(noVariables, "w"));
    const vars = Object.entries({ AUTH: "open", ...options.vars }).flatMap(([name, value]) => [
      "--var",
      `${name}:${value}`,
    ]);
    const where = [
      "--ip",
      "127.0.0.1",
      "--port",
      new URL(origin).port,
      "--inspector-port",
      String(options.inspectorPort ?? 0),
    ];
    const child = run([
      "dev",
      ...where,
      "--persist-to",
      folder,
      "--env-file",
      noVariables,
      "--show-interactive-dev-session=false",
      ...config,
      ...vars,
    ]);
    keeper = startKeeper(child, isThrowAway ? folder : null);
    const ended = exitOf(child);
    await waitForHealth(origin, deadline, ended);

    const crashed = ended.then((end): Promise<never> => {
      if (stopping !== null) return new Promise(() => {});
      throw new Error(`The local stack ended by itself (${end}). Its last lines:\n${logTail()}`);
    });
    // Whoever races against it sees the rejection; nobody else has to.
    crashed.catch(() => {});
    return { origin, logTail, logPath, crashed, stop, kill };
  } catch (error) {
    const tail = logTail();
    await stop();
    throw new Error(
      `The local stack did not start. ${error instanceof Error ? error.message : String(error)} Its last lines:\n${tail}`,
      { cause: error },
    );
  }
}

const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Without the requests that went well, which would fill them. */
function lastLines(log: string): string {
  const lines = stripVTControlCharacters(log)
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\[wrangler:info\] [A-Z]+ .* [23]\d\d /.test(line));
  return lines.slice(-25).join("\n");
}

async function waitForHealth(origin: string, deadline: number, ended: Promise<unknown>): Promise<void> {
  let isUp = true;
  void ended.then(() => (isUp = false));
  let last = "nothing answered";
  while (Date.now() < deadline) {
    if (!isUp) throw new Error("wrangler ended by itself.");
    try {
      const response = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(5_000) });
      const text = await response.text();
      if (response.ok) return;
      last = `/health answered ${response.status}: ${text.slice(0, 200)}`;
    } catch {
      // Not listening yet.
    }
    await sleep(150);
  }
  throw new Error(`/health was not well in time: ${last}.`);
}

/** A port nobody listens on now. Another program could take it before wrangler does; wrangler then says so. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}

function startKeeper(child: ChildProcess, throwAwayFolder: string | null): ChildProcess {
  const script = 'read -r _; kill -TERM "-$1"; sleep 2; kill -KILL "-$1"; [ -z "$2" ] || rm -rf "$2"';
  const keeper = spawn("/bin/sh", ["-c", script, "halftone-keeper", String(child.pid), throwAwayFolder ?? ""], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  keeper.unref();
  return keeper;
}

function killGroup(leader: ChildProcess | null, signal: NodeJS.Signals): void {
  if (leader?.pid === undefined) return;
  try {
    process.kill(-leader.pid, signal);
  } catch {
    // The whole group is gone already.
  }
}

async function sleepUntil(deadline: number): Promise<"late"> {
  return sleep(Math.max(0, deadline - Date.now()), "late", { ref: false });
}
