// How long a page of 4,000 points takes to open, and what a key in its search costs:
//   node tests/page/bench.js target/release/modbus-bindgen
// Needs playwright-core (NODE_PATH) and chromium. Times are those of the page's own clock.
'use strict';

const {execFileSync} = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const {launch} = require('./harness.js');

const POINTS = 4000;
const ROUNDS = 5;
const TYPED = ['zone 12', 'auto', '0x3d', 'temperature', '40118', 'no such register'];

function table() {
  const kinds = [
    (at) => `${at},Zone ${at} temperature,INT16,R,0.1,°C,,Temperature of zone ${at} as measured`,
    (at) => `${at},Zone ${at} mode,UINT16,R/W,,,"0=Off, 1=Auto, 2=Heating, 3=Cooling",`,
    (at) => `${at},Zone ${at} set point,INT16,R/W,0.5,°C,,`,
    (at) => `${at},Zone ${at} power,UINT16,R,10,W,,`,
  ];
  const rows = Array.from({length: POINTS}, (_, at) => kinds[at % kinds.length](at));
  return ['Address,Name,Type,Access,Resolution,Unit,Values,Description', ...rows, ''].join('\n');
}

const middle = (values) => values.slice().sort((a, b) => a - b)[values.length >> 1];

async function measure(browser, file) {
  const page = await browser.newPage({viewport: {width: 1440, height: 900}});
  // What the page's own thread computes is the same on a machine that is busy with other things.
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', {timeDomain: 'threadTicks'});
  await page.goto(`file://${file}`);
  // The first frame with the whole page.
  const opened = await page.evaluate(() => new Promise((done) => {
    requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0));
  }));
  const {metrics} = await session.send('Performance.getMetrics');
  const computed = metrics.find(({name}) => name === 'TaskDuration').value * 1000;
  const keys = await page.evaluate(async (texts) => {
    const field = document.getElementById('page-search');
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    const spent = [];
    for (const text of texts) {
      for (let length = 1; length <= text.length; length += 1) {
        field.value = text.slice(0, length);
        const before = performance.now();
        field.dispatchEvent(new Event('input'));
        spent.push(performance.now() - before);
        await frame();
      }
      field.value = '';
      field.dispatchEvent(new Event('input'));
      await frame();
    }
    return spent;
  }, TYPED);
  await page.close();
  return {opened, computed, keys};
}

async function main() {
  const program = path.resolve(process.argv[2]);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'page-'));
  const browser = await launch();
  try {
    const file = path.join(folder, 'page.html');
    fs.writeFileSync(path.join(folder, 'holding_registers.csv'), table());
    execFileSync(program, ['docs', path.join(folder, 'holding_registers.csv'), '--format', 'html', '--out', file]);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(browser, file));
    const keys = rounds.flatMap((round) => round.keys);
    console.log(`${POINTS} points, ${(fs.statSync(file).size / 1e6).toFixed(1)} MB`);
    const medianOf = (what) => middle(rounds.map(what)).toFixed(0);
    console.log(`opened after ${medianOf((round) => round.opened)} ms, of which the page's thread computed ` +
      `${medianOf((round) => round.computed)} ms (medians of ${ROUNDS})`);
    console.log(`script of a key: median ${middle(keys).toFixed(1)} ms, longest ${Math.max(...keys).toFixed(1)} ms`);
  } finally {
    await browser.close();
    fs.rmSync(folder, {recursive: true});
  }
}

main();
