// The extension as one file: package.mjs [FILE.vsix]. The project's licence goes in with it.
import { copyFileSync } from "node:fs";
import { createVSIX } from "@vscode/vsce";

await import("./esbuild.mjs");
copyFileSync("../LICENSE", "LICENSE");
await createVSIX({
  packagePath: process.argv[2] ?? "pubcheck.vsix",
  dependencies: false, // they are in the bundle
  allowMissingRepository: true,
  rewriteRelativeLinks: false, // the pictures are in the package
});
