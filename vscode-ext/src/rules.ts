// The rules' documents, as the command line has them: also those of the project, and also when no server runs.

import * as vscode from "vscode";
import { ruleOf } from "./findings.js";
import type { Server } from "./server.js";

const SCHEME = "pubcheck-rule";

interface Rule {
  readonly name: string;
  readonly title: string;
  readonly category: string;
}

/** Shows a rule's document beside the code. */
export class Rules implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(private readonly server: Server) {}

  /** Shows the document of `name`, or of the rule that is picked from all, those at the cursor first. */
  async explain(name?: unknown): Promise<void> {
    const rule = typeof name === "string" ? name : await this.pick();
    if (rule !== undefined) {
      const address = vscode.Uri.from({ scheme: SCHEME, path: `/${rule}.md` });
      await vscode.commands.executeCommand("markdown.showPreviewToSide", address);
    }
  }

  async provideTextDocumentContent(address: vscode.Uri): Promise<string> {
    const rule = address.path.replace(/^\/|\.md$/g, "");
    try {
      return await this.server.run(["explain", rule], folder());
    } catch (error) {
      return `# ${rule}\n\nThere is no document to show.\n\n    ${messageOf(error)}\n`;
    }
  }

  dispose(): void {
    this.registration.dispose();
  }

  private async pick(): Promise<string | undefined> {
    let rules: Rule[];
    try {
      rules = JSON.parse(await this.server.run(["rules", "--output-format", "json"], folder())) as Rule[];
    } catch (error) {
      void vscode.window.showErrorMessage(`The rules can't be listed: ${messageOf(error)}`);
      return undefined;
    }
    const here = new Set(rulesAtCursor());
    const items = rules.map((rule) => ({ label: rule.name, description: rule.category, detail: rule.title }));
    const [atCursor, others] = [items.filter((item) => here.has(item.label)), items.filter((item) => !here.has(item.label))];
    const separator = (label: string): vscode.QuickPickItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
    const picked = await vscode.window.showQuickPick(
      atCursor.length === 0 ? items : [separator("at the cursor"), ...atCursor, separator("all"), ...others],
      { title: "Explain a rule of pubcheck", matchOnDetail: true },
    );
    return picked?.label;
  }
}

function rulesAtCursor(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return [];
  }
  const line = editor.selection.active.line;
  return vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter((one) => one.range.start.line <= line && line <= one.range.end.line)
    .flatMap((one) => ruleOf(one) ?? []);
}

function folder(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  const around = document && vscode.workspace.getWorkspaceFolder(document.uri);
  return (around ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath;
}

function messageOf(error: unknown): string {
  const { stderr } = error as { stderr?: unknown };
  return typeof stderr === "string" && stderr !== "" ? stderr.trim() : error instanceof Error ? error.message : String(error);
}
