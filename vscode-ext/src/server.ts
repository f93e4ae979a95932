import { execFile } from "node:child_process";
import os from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { CloseAction, ErrorAction, type ErrorHandler, ExecuteCommandRequest, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import { Deaths } from "./deaths.js";
import { findProgram, type Found, type Program } from "./discovery.js";
import { machine, selectedInterpreters } from "./machine.js";
import { type Reader, serverSettings, startSettings } from "./settings.js";
import { traceView } from "./trace.js";

/** What the status item tells. */
export type Condition =
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly version: string; readonly program: Program }
  | { readonly kind: "missing"; readonly reason: string }
  | { readonly kind: "stopped"; readonly reason: string };

/** The server's own commands. The client's library makes commands of the editor of them, so the extension's have other names. */
export const SERVER_COMMANDS = {
  checkAll: "pubcheck.restartWorker",
  openRule: "pubcheck.openRule",
  showPlaces: "pubcheck.showPlaces",
  suppress: "pubcheck.suppress",
} as const;

/** Carries out a command of the server in the editor, where the editor can do it better. */
export type Override = (args: readonly unknown[]) => Promise<void>;

const MEGABYTE = 1024 * 1024;
/** How long what a process has said last may take to get here after its end. */
const LAST_WORDS_MS = 200;
/** Messages in a row that may go wrong before the connection counts as broken. */
const TOLERATED_ERRORS = 3;

/** The language server's process, from finding it to its end. */
export class Server implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Condition>();
  private readonly trace: vscode.LogOutputChannel;
  private client: LanguageClient | undefined;
  private lost: LanguageClient | undefined;
  private program: Program | undefined;
  private lastWords = "";
  private readonly overrides = new Map<string, Override>();
  /** Starts and stops wait for each other: two servers at once would report everything twice. */
  private turn: Promise<void> = Promise.resolve();

  readonly onCondition = this.changed.event;

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.trace = traceView(log);
  }

  /** Has the editor carry out a command that the server offers. */
  override(command: string, run: Override): void {
    this.overrides.set(command, run);
  }

  /** Ends what runs, looks for the program anew and starts it. */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.end();
      await this.begin();
    });
  }

  /** Ends the server. */
  stop(): Promise<void> {
    return this.inTurn(() => this.end());
  }

  /** Has the server carry out one of its commands, if it runs and knows it. */
  async execute(command: string, ...args: unknown[]): Promise<unknown> {
    const known = this.client?.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
    if (this.client?.state !== State.Running || !known.includes(command)) {
      return undefined;
    }
    return this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
  }

  /**
   * Runs the command line and gives what it prints.
   *
   * @throws when there is no program or it fails.
   */
  async run(args: readonly string[], folder?: string): Promise<string> {
    const found = this.program === undefined ? await this.find() : { program: this.program };
    if (found.program === undefined) {
      throw new Error(found.reason);
    }
    const { command, prefix } = found.program;
    const { stdout } = await promisify(execFile)(command, [...prefix, ...args], { cwd: folder ?? os.homedir(), maxBuffer: 16 * MEGABYTE });
    return stdout;
  }

  dispose(): void {
    void this.stop();
    this.trace.dispose();
    this.changed.dispose();
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(work, work);
    return this.turn;
  }

  private async find(): Promise<Found> {
    const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
    const { path } = startSettings(reader());
    return findProgram({ path, folders: folders.map((folder) => folder.uri.fsPath), interpreters: () => selectedInterpreters(folders) }, machine);
  }

  private async begin(): Promise<void> {
    this.changed.fire({ kind: "starting" });
    const found = await this.find();
    this.program = found.program;
    if (found.program === undefined) {
      this.log.warn(found.reason);
      this.changed.fire({ kind: "missing", reason: found.reason });
      return;
    }
    this.lastWords = "";
    const client = this.clientOf(found.program);
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.log.error(error instanceof Error ? error : String(error));
      await this.giveUp(client);
    }
  }

  private clientOf(program: Program): LanguageClient {
    const args = [...program.prefix, "server", ...startSettings(reader()).args];
    this.log.info(`starting ${[program.command, ...args].join(" ")} (found by ${program.origin})`);
    const client: LanguageClient = new LanguageClient(
      "pubcheck",
      "pubcheck",
      { command: program.command, args },
      {
        documentSelector: [{ language: "go", scheme: "file" }],
        outputChannel: this.log,
        stdioOptions: { stdout: () => undefined, stderr: (stream) => { this.listen(stream); } },
        errorHandler: this.errorHandler(() => client),
        traceOutputChannel: this.trace,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        diagnosticCollectionName: "pubcheck",
        initializationOptions: () => serverSettings(reader()),
        initializationFailedHandler: () => false,
        middleware: {
          executeCommand: (command, args: unknown[], next) => this.overrides.get(command)?.(args) ?? (next(command, args) as unknown),
          workspace: {
            configuration: (params) => params.items.map((item) => (item.section === "pubcheck" ? serverSettings(reader(item.scopeUri)) : null)),
          },
        },
      },
    );
    client.onDidChangeState(({ newState }) => {
      if (client === this.client && newState === State.Running) {
        this.changed.fire({ kind: "running", version: client.initializeResult?.serverInfo?.version ?? "", program });
      }
    });
    return client;
  }

  /** Starts a server again that has ended by itself, where that is worth it; the library's own handler would tell of each. */
  private errorHandler(client: () => LanguageClient): ErrorHandler {
    const deaths = new Deaths();
    return {
      error: (_error, _message, count) => ({ action: (count ?? 0) <= TOLERATED_ERRORS ? ErrorAction.Continue : ErrorAction.Shutdown }),
      closed: () => {
        if (deaths.worthAnotherStart(client().state === State.Running, Date.now())) {
          this.changed.fire({ kind: "starting" });
          return { action: CloseAction.Restart, handled: true };
        }
        void this.giveUp(client());
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  /** Logs what the server writes to its stderr, and remembers the last of it: a server that doesn't start says why there. */
  private listen(stderr: NodeJS.ReadableStream): void {
    createInterface(stderr).on("line", (line) => {
      this.log.info(line);
      this.lastWords = line.trim() === "" ? this.lastWords : line.trim();
    });
  }

  /** Tells once that a client's server is gone for good. */
  private async giveUp(client: LanguageClient): Promise<void> {
    if (client === this.client && client !== this.lost) {
      this.lost = client;
      await pause(LAST_WORDS_MS);
      const words = this.lastWords.replace(/^pubcheck: /, "");
      this.changed.fire({ kind: "stopped", reason: words === "" ? "pubcheck server has ended." : `pubcheck server has ended: ${words}` });
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      if (client?.needsStop()) {
        await client.dispose();
      }
    } catch (error) {
      this.log.warn(`the server didn't end well: ${String(error)}`); // it is replaced all the same
    }
  }
}

/** Reads the section `pubcheck` as it holds for a resource. */
export function reader(resource?: string): Reader {
  const section = vscode.workspace.getConfiguration("pubcheck", resource === undefined ? undefined : vscode.Uri.parse(resource));
  return (key) => section.get(key);
}
