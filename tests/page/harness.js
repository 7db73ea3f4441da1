// A page in headless Chromium: how it is opened, what it may not do, and what is expected of it.
'use strict';

const assert = require('node:assert/strict');
const {chromium} = require('playwright-core');

const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

async function launch(...more) {
  return chromium.launch({executablePath: CHROMIUM, headless: true, args: [...ARGUMENTS, ...more]});
}

// Opens a page and ends with an error where it wrote to the console or asked the network for anything.
async function open(browser, file, options, act) {
  const {hash = '', ...settings} = options;
  const context = await browser.newContext({viewport: {width: 1440, height: 900}, ...settings});
  try {
    const page = await context.newPage();
    const troubles = [];
    page.on('console', (message) => troubles.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => troubles.push(String(error)));
    const address = `file://${file}`;
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith('data:') && url.split('#')[0] !== address) troubles.push(`request: ${url}`);
    });
    await page.goto(address + hash);
    await act(page);
    assert.deepEqual(troubles, [], 'console and network');
  } finally {
    await context.close();
  }
}

// Reads until it is what is expected: what a click starts, the page may do after the click has ended.
async function eventually(read, expected, what) {
  const end = Date.now() + 5000;
  let seen = await read();
  while (seen !== expected && Date.now() < end) {
    await new Promise((done) => setTimeout(done, 20));
    seen = await read();
  }
  assert.equal(seen, expected, what);
}

// Runs the cases one after the other; all of them, so that one run shows all that is wrong. `ONLY` is a pattern of those
// to run.
async function run(all) {
  const cases = all.filter(([name]) => new RegExp(process.env.ONLY ?? '').test(name));
  const browser = await launch();
  let failed = 0;
  try {
    for (const [name, test] of cases) {
      try {
        await test(browser);
      } catch (error) {
        failed += 1;
        console.error(`FAILED ${name}\n${error.stack}\n`);
      }
    }
  } finally {
    await browser.close();
  }
  console.log(`${cases.length - failed} of ${cases.length} passed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

module.exports = {assert, eventually, launch, open, run};
