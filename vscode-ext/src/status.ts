import * as vscode from "vscode";
import type { Condition } from "./server.js";

const INSTALL = "How to Install";
const SET_PATH = "Set Path";
const SHOW_LOG = "Show Log";
const RESTART = "Restart";

/** Shows how the server is, beside Go files; a click offers what can be done. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("pubcheck", { language: "go" });
  private readonly bar = vscode.window.createStatusBarItem("pubcheck", vscode.StatusBarAlignment.Right, 90);
  private readonly editors = vscode.window.onDidChangeActiveTextEditor(() => {
    this.place();
  });

  constructor() {
    this.item.name = this.bar.name = "pubcheck";
    this.bar.command = "pubcheck.showMenu";
    this.place();
  }

  show(condition: Condition): void {
    const { icon, text, bad } = described(condition);
    this.item.text = `pubcheck: ${text}`;
    this.item.busy = condition.kind === "starting";
    this.item.severity = bad ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
    this.item.command = bad ? { command: "pubcheck.showLog", title: SHOW_LOG } : { command: "pubcheck.restart", title: RESTART };
    this.bar.text = `$(${icon}) pubcheck`;
    this.bar.tooltip = `pubcheck: ${text}`;
    this.bar.backgroundColor = bad ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  }

  dispose(): void {
    this.item.dispose();
    this.bar.dispose();
    this.editors.dispose();
  }

  private place(): void {
    if (vscode.window.activeTextEditor?.document.languageId === "go") {
      this.bar.show();
    } else {
      this.bar.hide();
    }
  }
}

function described(condition: Condition): { icon: string; text: string; bad: boolean } {
  switch (condition.kind) {
    case "starting":
      return { icon: "loading~spin", text: "the server is starting", bad: false };
    case "running":
      return { icon: "check", text: `${condition.version} runs, ${condition.program.command}`.trimStart(), bad: false };
    default:
      return { icon: "warning", text: condition.reason, bad: true };
  }
}

/** Says that there is no server, with buttons for what helps. */
export async function tellMissing(reason: string): Promise<void> {
  const choice = await vscode.window.showWarningMessage(reason, INSTALL, SET_PATH);
  if (choice === INSTALL) {
    await vscode.commands.executeCommand("pubcheck.openWalkthrough");
  } else if (choice === SET_PATH) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "pubcheck.path");
  }
}

/** Says that the server has ended, with buttons for what helps. */
export async function tellStopped(reason: string): Promise<void> {
  const choice = await vscode.window.showErrorMessage(reason, SHOW_LOG, RESTART);
  if (choice !== undefined) {
    await vscode.commands.executeCommand(choice === SHOW_LOG ? "pubcheck.showLog" : "pubcheck.restart");
  }
}
