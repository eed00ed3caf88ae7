// Open pages in Firefox and run checks in them: node firefox.cjs CHECKS.json prints a list of what each finds.
const { readFileSync, writeFileSync } = require("node:fs");
const puppeteer = require("puppeteer-core");

async function check(browser, { url, width, keys, script, scheme, shot, pdf }) {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.setViewport({ width, height: 800 });
  if (scheme) await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]).catch(() => {});
  await page.goto(url);
  for (const key of keys) await page.keyboard.press(key);
  const found = await page.evaluate(script);
  if (shot) writeFileSync(shot, await page.screenshot());
  if (pdf) writeFileSync(pdf, await page.pdf({ format: "A4" }));
  await page.close();
  return [...errors, ...found];
}

async function main() {
  const [executablePath, checks] = [process.argv[2], JSON.parse(readFileSync(process.argv[3], "utf-8"))];
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
  const answers = [];
  for (const each of checks) answers.push(await check(browser, each).catch((error) => [String(error)]));
  await browser.close();
  console.log(JSON.stringify(answers));
}

main();
