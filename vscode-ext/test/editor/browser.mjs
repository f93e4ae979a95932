// Chromium without a window, for the editor in the browser and for pictures. Run by itself it says where one is.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

export function findBrowser() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      const program = join(folder, name);
      try {
        accessSync(program, constants.X_OK);
        return program;
      } catch {
        // the next one
      }
    }
  }
  throw new Error(`none of ${NAMES.join(", ")} is on the PATH`);
}

/** A browser with a profile of its own that is gone when it is closed. */
export async function launch() {
  const { chromium } = await import("playwright-core"); // not at the top: to say where a browser is takes no package
  return chromium.launch({
    executablePath: findBrowser(),
    headless: true,
    // a container has no namespaces to make a sandbox of; only our own pages are opened
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(findBrowser());
}
