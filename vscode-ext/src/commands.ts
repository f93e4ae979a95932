import * as vscode from "vscode";
import type { Location, Position } from "vscode-languageclient/node";
import { faultOf, findingsAt, ruleOf } from "./findings.js";
import type { Rules } from "./rules.js";
import { type Server, SERVER_COMMANDS } from "./server.js";

/** Puts the extension's commands in place. */
export function registerCommands(server: Server, rules: Rules, log: vscode.LogOutputChannel, extension: string): vscode.Disposable[] {
  const commands: Record<string, (...args: never[]) => unknown> = {
    restart: () => server.restart(),
    showLog: () => {
      log.show();
    },
    checkWorkspace: () => checkWorkspace(server),
    explainRule: (rule?: unknown) => rules.explain(rule),
    suppressFinding: () => suppress(server),
    showMenu,
    openWalkthrough: () => vscode.commands.executeCommand("workbench.action.openWalkthrough", `${extension}#start`),
  };
  server.override(SERVER_COMMANDS.openRule, ([rule]) => rules.explain(rule));
  server.override(SERVER_COMMANDS.showPlaces, showPlaces);
  return Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`pubcheck.${name}`, run));
}

/** Has everything looked at anew, and shows what is found. */
async function checkWorkspace(server: Server): Promise<void> {
  await server.execute(SERVER_COMMANDS.checkAll);
  await vscode.commands.executeCommand("workbench.actions.view.problems");
}

/** Silences the finding at the cursor by a comment that says why. */
async function suppress(server: Server): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return;
  }
  const { start, end, active } = editor.selection;
  const findings = findingsAt(vscode.languages.getDiagnostics(editor.document.uri), start.line, end.line, active);
  const finding = findings.length > 1 ? await pick(findings) : findings[0];
  const rule = finding && ruleOf(finding);
  if (finding === undefined || rule === undefined) {
    if (findings.length === 0) {
      void vscode.window.showInformationMessage("pubcheck has no finding on this line.");
    }
    return;
  }
  const reason = await vscode.window.showInputBox({
    title: `Suppress ${rule}`,
    prompt: "Why is this no bug? The reason stands in the comment.",
    validateInput: faultOf,
  });
  if (reason !== undefined) {
    await server.execute(SERVER_COMMANDS.suppress, editor.document.uri.toString(), finding.range.start.line, rule, reason.trim());
  }
}

async function pick(findings: vscode.Diagnostic[]): Promise<vscode.Diagnostic | undefined> {
  const items = findings.map((finding) => ({ label: ruleOf(finding) ?? "", detail: finding.message, finding }));
  return (await vscode.window.showQuickPick(items, { title: "Which finding?" }))?.finding;
}

/** Shows the places behind a code lens, as the editor shows references. The server sends the protocol's values. */
async function showPlaces(args: readonly unknown[]): Promise<void> {
  const [uri, position, places] = args as [string, Position, Location[]];
  const at = ({ line, character }: Position): vscode.Position => new vscode.Position(line, character);
  await vscode.commands.executeCommand(
    "editor.action.showReferences",
    vscode.Uri.parse(uri),
    at(position),
    places.map((place) => new vscode.Location(vscode.Uri.parse(place.uri), new vscode.Range(at(place.range.start), at(place.range.end)))),
  );
}

async function showMenu(): Promise<void> {
  const entries = [
    { label: "$(checklist) Check Workspace", command: "pubcheck.checkWorkspace" },
    { label: "$(book) Explain Rule", command: "pubcheck.explainRule" },
    { label: "$(debug-restart) Restart Server", command: "pubcheck.restart" },
    { label: "$(output) Show Log", command: "pubcheck.showLog" },
    { label: "$(gear) Settings", command: "workbench.action.openSettings", argument: "@ext:pubcheck.pubcheck" },
  ];
  const entry = await vscode.window.showQuickPick(entries, { title: "pubcheck" });
  if (entry !== undefined) {
    await vscode.commands.executeCommand(entry.command, entry.argument);
  }
}
