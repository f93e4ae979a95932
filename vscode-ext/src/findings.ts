// Findings as VS Code has them. Only shapes are named here, not VS Code itself, so that tests can do without it.

interface Position {
  readonly line: number;
  readonly character: number;
}

/** What of a `vscode.Diagnostic` is looked at. */
export interface Finding {
  readonly source?: string | undefined;
  readonly code?: string | number | { readonly value: string | number } | undefined;
  readonly message: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

/** The name of the rule, or nothing if somebody else found it. */
export function ruleOf(finding: Finding): string | undefined {
  const value = typeof finding.code === "object" ? finding.code.value : finding.code;
  return finding.source === "pubcheck" && typeof value === "string" ? value : undefined;
}

/** Those of pubcheck on the lines from `first` to `last`, the nearest to the cursor first. */
export function findingsAt<One extends Finding>(findings: readonly One[], first: number, last: number, cursor: Position): One[] {
  return findings
    .filter((one) => ruleOf(one) !== undefined && one.range.start.line <= last && first <= one.range.end.line)
    .sort((one, other) => distance(one, cursor) - distance(other, cursor));
}

function distance({ range: { start, end } }: Finding, cursor: Position): number {
  if (start.line <= cursor.line && cursor.line <= end.line) {
    const before = start.line === cursor.line ? Math.max(0, start.character - cursor.character) : 0;
    const after = end.line === cursor.line ? Math.max(0, cursor.character - end.character) : 0;
    return before + after;
  }
  return Number.MAX_SAFE_INTEGER;
}

/** Why `reason` can't be the reason of a suppression, if it can't. */
export function faultOf(reason: string): string | undefined {
  if (reason.trim() === "") {
    return "Say why: the reason stands in the comment, for those who read it later.";
  }
  return /[\r\n]/.test(reason) ? "One line, please: it stands in a line comment." : undefined;
}
