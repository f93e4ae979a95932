import * as vscode from "vscode";
import { registerCommands } from "./commands.js";
import { Rules } from "./rules.js";
import { Server } from "./server.js";
import { Status, tellMissing, tellStopped } from "./status.js";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("pubcheck", { log: true });
  server = new Server(log);
  const status = new Status();
  const rules = new Rules(server);
  context.subscriptions.push(log, server, status, rules, ...registerCommands(server, rules, log, context.extension.id));
  context.subscriptions.push(
    ...renewals(server),
    server.onCondition((condition) => {
      status.show(condition);
      if (condition.kind === "missing") {
        void tellMissing(condition.reason);
      } else if (condition.kind === "stopped") {
        void tellStopped(condition.reason);
      }
    }),
  );
  await server.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** What changes how the server is started. Of its other settings the server is told as soon as it has asked to be. */
function renewals(server: Server): vscode.Disposable[] {
  return [
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (["pubcheck.path", "pubcheck.args"].some((key) => event.affectsConfiguration(key))) {
        await server.restart();
      }
    }),
  ];
}
