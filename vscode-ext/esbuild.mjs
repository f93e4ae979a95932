// One file for the editor, and with --tests one file a test: node runs them without another loader.
import { readdirSync } from "node:fs";
import { build } from "esbuild";

const common = { bundle: true, platform: "node", target: "node20", logLevel: "warning" };

if (process.argv.includes("--tests")) {
  const tests = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
  await build({ ...common, format: "esm", outExtension: { ".js": ".test.js" }, entryPoints: tests.map((name) => ({ in: `test/${name}`, out: name.replace(/\.test\.ts$/, "") })), outdir: "out" });
} else {
  await build({ ...common, format: "cjs", entryPoints: ["src/extension.ts"], external: ["vscode"], outfile: "dist/extension.js", minify: true, legalComments: "none" });
}
