// icon.svg as icon.png, for the marketplace and the editor take no SVG.
import { readFileSync } from "node:fs";
import { launch } from "../test/editor/browser.mjs";

const SIZE = 256;

const browser = await launch();
const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
await page.setContent(`<style>body { margin: 0 }</style>${readFileSync(new URL("icon.svg", import.meta.url), "utf8")}`);
await page.screenshot({ path: new URL("icon.png", import.meta.url).pathname, omitBackground: true });
await browser.close();
