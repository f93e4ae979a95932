// The machine that the extension runs on, and the Python that is selected on it.

import { execFile } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import os from "node:os";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { AS_MODULE, type Machine, workspaceInterpreters } from "./discovery.js";

const PROBE_MS = 10_000;

export const machine: Machine = {
  platform: process.platform,
  env: process.env,
  home: os.homedir(),
  isProgram,
  hasModule,
};

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function hasModule(interpreter: string): Promise<boolean> {
  try {
    await promisify(execFile)(interpreter, [...AS_MODULE, "--version"], { timeout: PROBE_MS });
    return true;
  } catch {
    return false;
  }
}

/** Interpreters of the trusted workspace: the one that the Python extension has selected, if it is there, and those in the usual folders. */
export async function selectedInterpreters(folders: readonly vscode.WorkspaceFolder[]): Promise<string[]> {
  if (!vscode.workspace.isTrusted) {
    return [];
  }
  const named = vscode.workspace.getConfiguration("python").get<string>("defaultInterpreterPath");
  return [
    await fromPythonExtension(folders[0]?.uri),
    named,
    ...workspaceInterpreters(folders.map((folder) => folder.uri.fsPath), process.platform),
  ].filter((path): path is string => path !== undefined && path !== "" && path !== "python");
}

/** What of the Python extension's API is asked; it is declared here so that nothing depends on that extension. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

async function fromPythonExtension(resource: vscode.Uri | undefined): Promise<string | undefined> {
  try {
    const api = await vscode.extensions.getExtension<PythonApi>("ms-python.python")?.activate();
    const selected = api?.environments?.getActiveEnvironmentPath(resource);
    const resolved = selected && (await api?.environments?.resolveEnvironment(selected));
    return resolved?.executable.uri?.fsPath;
  } catch {
    return undefined; // another extension's failure is no reason to stop looking
  }
}
