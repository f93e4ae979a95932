import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { serverSettings, startSettings } from "../src/settings.js";

const reading = (values: Record<string, unknown>) => (key: string): unknown => values[key];
const untouched = { run: "onType", ignore: [], inlayHints: false, codeLens: true };

interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: Record<string, { readonly default: unknown }> } };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;

describe("for the server", () => {
  test("what isn't set is left to pubcheck.toml", () => {
    assert.deepEqual(serverSettings(reading({})), untouched);
  });

  test("the defaults of the settings' editor are the same", () => {
    const properties = manifest.contributes.configuration.properties;
    assert.deepEqual(serverSettings((key) => properties[`pubcheck.${key}`]?.default), untouched);
  });

  test("what is set goes through", () => {
    const set = { run: "onSave", select: ["locks"], ignore: ["io-under-lock"], minConfidence: "high", inlayHints: true, codeLens: false };
    assert.deepEqual(serverSettings(reading(set)), set);
  });

  test("an empty selection is a selection", () => {
    assert.deepEqual(serverSettings(reading({ select: [] })).select, []);
  });

  test("nonsense counts as not set", () => {
    const nonsense = { run: "never", select: "locks", ignore: [1], minConfidence: "certain", inlayHints: "yes" };
    assert.deepEqual(serverSettings(reading(nonsense)), untouched);
  });
});

describe("for the start", () => {
  test("a program and its arguments", () => {
    assert.deepEqual(startSettings(reading({ path: "/x", args: ["--verbose"] })), { path: "/x", args: ["--verbose"] });
  });

  test("nonsense counts as not set", () => {
    assert.deepEqual(startSettings(reading({ path: 7, args: "--verbose" })), { path: "", args: [] });
  });

  test("a workspace that isn't trusted has no say in it", () => {
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, ["pubcheck.path", "pubcheck.args"]);
  });
});
