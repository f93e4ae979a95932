// The settings as values. What a settings file holds is anybody's guess until it was looked at: here it is.

/** How the server is told what the user wants; absent means whatever pubcheck.toml says. */
export interface ServerSettings {
  readonly run: "onType" | "onSave";
  readonly select?: readonly string[];
  readonly ignore: readonly string[];
  readonly minConfidence?: Confidence;
  readonly inlayHints: boolean;
  readonly codeLens: boolean;
}

export type Confidence = "high" | "medium" | "low";

/** Reads one setting of the section `pubcheck`. */
export type Reader = (key: string) => unknown;

/** The settings for the server. A value of another kind than the setting's counts as not set: VS Code underlines it where it stands. */
export function serverSettings(read: Reader): ServerSettings {
  const select = words(read("select"));
  const minConfidence = oneOf(read("minConfidence"), ["high", "medium", "low"]);
  return {
    run: oneOf(read("run"), ["onType", "onSave"]) ?? "onType",
    ...(select && { select }),
    ignore: words(read("ignore")) ?? [],
    ...(minConfidence && { minConfidence }),
    inlayHints: read("inlayHints") === true,
    codeLens: read("codeLens") !== false,
  };
}

/** The settings that say how the server is started. */
export interface StartSettings {
  readonly path: string;
  readonly args: readonly string[];
}

/** What the server is started with. A change of it needs another start. */
export function startSettings(read: Reader): StartSettings {
  const path = read("path");
  return { path: typeof path === "string" ? path : "", args: words(read("args")) ?? [] };
}

function words(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((word) => typeof word === "string") ? value : undefined;
}

function oneOf<Word extends string>(value: unknown, known: readonly Word[]): Word | undefined {
  return known.find((word) => word === value);
}
