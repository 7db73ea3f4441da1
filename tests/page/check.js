// Checks pages of `docs --format html` in a browser: node check.js THERMIA CTC ADBS VECTORS…
'use strict';

const fs = require('node:fs');
const axe = fs.readFileSync(require.resolve('axe-core'), 'utf8');
const {assert, eventually, launch, open, run} = require('./harness.js');

const [thermia, ctc, adbs, ...vectors] = process.argv.slice(2);
const devices = {thermia, ctc, adbs};
const phone = {viewport: {width: 390, height: 844}};
const cases = [];
const add = (name, test) => cases.push([name, test]);

const shown = (page) => page.$$eval('tr[data-t]', (rows) => rows.filter((row) => row.checkVisibility()).map((row) => row.id));
const look = async (page, text) => {
  await page.fill('#page-search', text);
  return shown(page);
};
const openRows = (page) => page.$$eval('tr[data-t] details[open]', (all) => all.map((one) => one.closest('tr').id));

for (const [name, file] of Object.entries(devices)) {
  const looks = [['wide, light', {colorScheme: 'light'}], ['phone, dark', {...phone, colorScheme: 'dark'}]];
  for (const [size, options] of looks) {
    add(`${name}: axe finds nothing, ${size}`, (browser) => open(browser, file, {...options, bypassCSP: true}, async (page) => {
      // A row of each kind is open.
      await page.evaluate(() => {
        for (const panel of document.querySelectorAll('.panel')) panel.open = true;
        const kinds = new Set();
        for (const row of document.querySelectorAll('tr[data-t]')) {
          const kind = row.querySelector('.v')?.dataset.k + String(row.querySelector('.bits') !== null);
          if (!kinds.has(kind)) row.querySelector('details').open = true;
          kinds.add(kind);
        }
        document.querySelector('tr[data-t]').classList.add('target');
      });
      await page.evaluate(axe);
      const check = async () => (await page.evaluate(() => window.axe.run(document, {resultTypes: ['violations']})))
        .violations.map(({id, nodes}) => [id, nodes.length, nodes[0].html.slice(0, 160), nodes[0].failureSummary]);
      assert.deepEqual(await check(), []);
      await page.click('#page-decode');
      await page.fill('#page-words', '1 2');
      assert.deepEqual(await check(), [], 'with the decoder');
    }));
  }

  add(`${name}: nothing is wider than a phone`, (browser) => open(browser, file, phone, async (page) => {
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(await width(), 390);
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '20px'));
    assert.equal(await width(), 390, 'with larger type');
  }));

  add(`${name}: every identifier and address is an anchor, and no two elements share one`, (browser) =>
    open(browser, file, {javaScriptEnabled: false}, async (page) => {
      const ids = await page.$$eval('[id]', (all) => all.map((one) => one.id));
      assert.equal(new Set(ids).size, ids.length);
      const rows = await page.$$eval('tr[data-t]', (all) => all.map((row) => ({...row.dataset, id: row.id})));
      const known = new Set(ids);
      const words = {c: ['coil', '0'], d: ['discrete', '1'], i: ['input', '3'], h: ['holding', '4']};
      for (const row of rows) {
        const lowest = Math.min(...row.w.split(' ').map(Number));
        const [word, digit] = words[row.t];
        const number = lowest + 1;
        assert.ok(known.has(`${word}-${lowest}`), `${word}-${lowest}`);
        assert.ok(known.has(digit + String(number).padStart(number > 9999 ? 5 : 4, '0')), `${digit} ${number}`);
      }
    }));

  add(`${name}: rows and details read without the script`, (browser) =>
    open(browser, file, {javaScriptEnabled: false}, async (page) => {
      assert.equal(await page.locator('.js-only').filter({visible: true}).count(), 0);
      const row = page.locator('tr[data-t]').first();
      assert.ok(await row.locator('th').isVisible());
      await row.locator('summary').click();
      assert.ok(await row.locator('dl').isVisible());
    }));

  add(`${name}: a screen reader is told of tables, rows, headers and cells`, async () => {
    // Without it, rows that are out of sight have no cells in the tree.
    const browser = await launch('--force-renderer-accessibility');
    try {
      await open(browser, file, {}, async (page) => {
        const session = await page.context().newCDPSession(page);
        const {nodes} = await session.send('Accessibility.getFullAXTree');
        const count = (role) => nodes.filter((node) => !node.ignored && node.role?.value === role).length;
        const points = await page.locator('tr[data-t]').count();
        const tables = await page.locator('main table').count();
        assert.equal(count('table'), tables);
        assert.ok(count('row') >= points + tables, `${count('row')} rows`);
        assert.ok(count('rowheader') >= points, `${count('rowheader')} row headers`);
        assert.ok(count('columnheader') >= tables * 4, `${count('columnheader')} column headers`);
        assert.ok(count('cell') >= points * 3, `${count('cell')} cells`);
      });
    } finally {
      await browser.close();
    }
  });

  add(`${name}: the tab key goes through the page in its order`, (browser) => open(browser, file, {}, async (page) => {
    const seen = [];
    for (let step = 0; step < 16; step += 1) {
      await page.keyboard.press('Tab');
      seen.push(await page.evaluate(() => {
        const element = document.activeElement;
        window.before ??= null;
        const follows = window.before === null
          || Boolean(window.before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
        window.before = element;
        const style = getComputedStyle(element);
        return {name: element.id || element.tagName, follows, outlined: style.outlineStyle !== 'none'};
      }));
    }
    assert.deepEqual(seen.filter((one) => !one.follows || !one.outlined), []);
    assert.equal(seen[0].name, 'A', 'the link past the head');
    for (const name of ['page-theme', 'page-search', 'page-decode']) {
      assert.ok(seen.some((one) => one.name === name), name);
    }
    assert.equal(seen.at(-1).name, 'SUMMARY');
    await page.keyboard.press('Enter');
    assert.equal((await openRows(page)).length, 1);
  }));

  add(`${name}: prints values and heads, and no controls`, (browser) => open(browser, file, {}, async (page) => {
    await page.emulateMedia({media: 'print'});
    assert.equal(await page.locator('#page-bar').isVisible(), false);
    const list = page.locator('tr[data-t] ul.v, tr[data-t] .m p').first();
    assert.ok(await list.isVisible(), 'details are closed on screen and printed all the same');
    const display = await page.$eval('main thead', (head) => getComputedStyle(head).display);
    assert.equal(display, 'table-header-group', 'repeated on each sheet');
    const pdf = await page.pdf({preferCSSPageSize: true});
    assert.ok(pdf.length > 20000);
  }));

  add(`${name}: the header stays while the rows go by`, (browser) => open(browser, file, {}, async (page) => {
    await page.locator('main section').first().scrollIntoViewIfNeeded();
    await page.evaluate(() => {
      // Half way down: the height of rows that were never shown is an estimate.
      const table = document.querySelector('main table');
      scrollTo(0, table.getBoundingClientRect().top + scrollY + table.offsetHeight / 2);
    });
    const distance = () => page.evaluate(() => Math.abs(document.querySelector('main thead').getBoundingClientRect().top
      - document.getElementById('page-bar').getBoundingClientRect().bottom));
    await eventually(async () => await distance() <= 1, true, 'the header is below the bar');
  }));
}

add('thermia: search by name, address in any notation, and value', (browser) => open(browser, thermia, {}, async (page) => {
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'page-search');
  await page.keyboard.type('outdoor temperature source');
  // The remark on the second one speaks of the first.
  const printed = ['outdoor_temperature_source', 'outdoor_temperature_from_bms'];
  assert.deepEqual(await shown(page), printed);
  assert.match(await page.textContent('#page-count'), /^2 of 262 points$/);
  assert.deepEqual(await look(page, 'outdoor_temperature_source'), ['outdoor_temperature_source']);
  for (const text of ['holding 0x75', '400118', 'holding 75h']) {
    assert.deepEqual(await look(page, text), ['outdoor_temperature_source'], text);
  }
  assert.deepEqual(await look(page, '40118'), printed);
  // Other rows speak of this register, or have the number elsewhere.
  assert.ok((await look(page, 'holding 117')).includes('outdoor_temperature_source'));
  assert.deepEqual(await look(page, '00004'), ['reset_all_alarms'], 'coils begin with 0');
  // A value stands in the details, which open.
  await look(page, 'pt1000');
  await page.waitForFunction(() => document.getElementById('outdoor_temperature_source').querySelector('details').open);
  await page.keyboard.press('Escape');
  assert.equal((await shown(page)).length, 262);
  assert.deepEqual(await openRows(page), [], 'what the search opened is closed again');
  assert.deepEqual(await look(page, 'no such register'), []);
  assert.ok(await page.isVisible('#page-none'));
  await page.click('#page-none button');
  assert.equal((await shown(page)).length, 262);
}));

add('thermia: filters', (browser) => open(browser, thermia, {}, async (page) => {
  const filter = async (name, label) => {
    await page.selectOption(`[data-filter=${name}]`, {label});
    return shown(page);
  };
  assert.equal((await filter('table', 'Coils')).length, 28);
  assert.deepEqual(await filter('access', 'Commands'), ['reset_all_alarms']);
  assert.equal((await filter('access', 'Any access')).length, 28);
  await page.click('#page-clear');
  assert.equal((await filter('group', 'Pool')).length, 14);
  const degrees = await filter('unit', '°C');
  assert.ok(degrees.length > 0 && degrees.length < 14);
  assert.deepEqual(await look(page, 'humidity'), []);
}));

add('thermia: links by identifier and by address', (browser) => open(browser, thermia, {hash: '#holding-117'}, async (page) => {
  const target = () => page.$$eval('tr.target', (all) => all.map((one) => [one.id, one.querySelector('details').open]));
  assert.deepEqual(await target(), [['outdoor_temperature_source', true]]);
  for (const [hash, id] of [['40119', 'outdoor_temperature_from_bms'], ['00004', 'reset_all_alarms'],
    ['coil-3', 'reset_all_alarms'], ['holding-0x75', 'outdoor_temperature_source']]) {
    await look(page, 'something else');
    await page.evaluate((to) => { location.hash = to; }, hash);
    await page.waitForFunction((wanted) => document.querySelector('tr.target')?.id === wanted, id);
    // The row is marked before the page has scrolled to it.
    await page.waitForFunction(() => {
      const {top} = document.querySelector('tr.target').getBoundingClientRect();
      return top > 40 && top < 700;
    });
  }
  // The second word of a value.
  const wide = await page.$eval('tr[data-w*=" "]', (row) => [row.dataset.t, row.dataset.w, row.id]);
  const word = {i: 'input', h: 'holding'}[wide[0]];
  for (const address of wide[1].split(' ')) {
    await page.evaluate((to) => { location.hash = to; }, `${word}-${address}`);
    await page.waitForFunction((wanted) => document.querySelector('tr.target')?.id === wanted, wide[2]);
  }
}));

add('thermia: copies the accessor and the command', (browser) =>
  open(browser, thermia, {hash: '#outdoor_temperature', permissions: ['clipboard-read', 'clipboard-write']}, async (page) => {
    for (const [label, text] of [
      ['Copy Rust', 'device.outdoor_temperature().await?'],
      ['Copy mbpoll', 'mbpoll -m tcp -0 -a 1 -t 3 -r 13 -1 HOST'],
    ]) {
      await page.locator('tr.target').getByRole('button', {name: label}).click();
      await eventually(() => page.evaluate(() => navigator.clipboard.readText()), text, label);
    }
  }));

add('thermia: decodes words', (browser) => open(browser, thermia, {hash: '#outdoor_temperature'}, async (page) => {
  await page.locator('tr.target').getByRole('button', {name: 'Decode words'}).click();
  const decoded = async (words) => {
    await page.fill('#page-words', words);
    return page.$eval('#page-decoded', (out) => out.firstElementChild?.firstChild.textContent ?? '');
  };
  assert.equal(await decoded('0xF63C'), '-25 °C');
  assert.equal(await decoded('2150'), '21.5 °C');
  assert.match(await decoded('70000'), /no word of 16 bits/);
  assert.match(await decoded('1 2'), /takes 1 word, and 2 are given/);
  await page.fill('#page-as', '');
  await page.fill('#page-words', '0x41BC 0x0000');
  const orders = await page.$$eval('#page-decoded tbody tr', (all) => all.map((one) => one.innerText.split('\t')));
  assert.deepEqual(orders.map((order) => order[0]), ['ABCD', 'CDAB', 'BADC', 'DCBA']);
  assert.equal(orders[0][4], '23.5');
  await page.keyboard.press('Escape');
  assert.equal(await page.isVisible('#page-decoder'), false);
}));

add('thermia: the map shows gaps and planned requests', (browser) => open(browser, thermia, {}, async (page) => {
  await page.click('#page-map > summary');
  assert.match(await page.textContent('#page-map'), /67 requests/);
  assert.equal(await page.locator('#page-map .requests li').count(), 67);
  assert.match(await page.textContent('#page-map'), /147 addresses without a point/);
  await page.locator('#page-map .requests a', {hasText: '0–3'}).click();
  await eventually(() => page.locator('tr.target').count(), 1, 'the page follows a link');
}));

add('thermia: colours follow the system, and the button', (browser) => open(browser, thermia, {colorScheme: 'dark'}, async (page) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await background(), 'rgb(19, 23, 27)');
  await page.click('#page-theme');
  await eventually(background, 'rgb(255, 255, 255)', 'after the button');
  await page.reload();
  assert.equal(await background(), 'rgb(255, 255, 255)', 'remembered');
}));

add('ctc: both languages are searched, and one is shown', (browser) => open(browser, ctc, {}, async (page) => {
  // Text of a row that is out of sight is not laid out.
  const name = () => page.$eval('[id="heat_pump[3].blocked"]', (row) => {
    row.style.contentVisibility = 'visible';
    return row.querySelector('th').innerText;
  });
  assert.equal(await name(), 'Blocked');
  const found = await look(page, 'värmepump 3');
  assert.ok(found.includes('heat_pump[3].status') && !found.includes('heat_pump[4].status'));
  assert.deepEqual(await look(page, 'varmepump 3'), found, 'accents need not be typed');
  await page.click('[data-language=sv]');
  assert.equal(await name(), 'Spärrad');
  assert.match(await page.locator('section h2 [lang=sv]').filter({visible: true}).first().innerText(), /^[A-ZÅÄÖ]/);
  assert.equal(await page.locator('main [lang=en]').filter({visible: true}).count(), 0);
  await page.evaluate(() => { location.hash = 'heat_pump[3].status'; });
  await page.waitForSelector('tr.target');
}));

add('ctc: bits, lists and limits are there in details', (browser) => open(browser, ctc, {hash: '#hot_water_mode'}, async (page) => {
  const details = await page.locator('tr.target .d').innerText();
  for (const part of ['Economy', '461501', '0xF03C', 'highest in register 60000', 'holding register 62500 bit 0']) {
    assert.ok(details.includes(part), part);
  }
}));

add('adbs: defaults are labels, and bits are drawn', (browser) => open(browser, adbs, {hash: '#holding-48'}, async (page) => {
  assert.equal(await page.locator('tr.target td.f').innerText(), '38400');
  await page.evaluate(() => { location.hash = 'block_cooling'; });
  await page.waitForSelector('#block_cooling.target');
  assert.equal(await page.locator('#block_cooling .bits .on').count(), 12);
  assert.equal(await page.locator('#block_cooling .bits i').count(), 13);
}));

// Words and values that were written by hand from the documents.
for (const file of vectors) {
  add(`${file}: the decoder agrees with the vectors`, (browser) => open(browser, file, {}, async (page) => {
    const wrong = await page.evaluate(() => rows.map((row) => {
      const said = (name) => Array.from(row.querySelectorAll('.m p'), (one) => one.textContent)
        .find((one) => one.startsWith(name + ': '))?.slice(name.length + 2, -1);
      const words = said('Words').split(' ').map((word) => parseInt(word, 16));
      const spec = specOf(row.dataset);
      const decoded = decode(words, spec);
      const unit = spec.unit ? ' ' + spec.unit : '';
      const expected = said('Value') === '-' ? 'no value' : said('Value');
      const shown = described(decoded, row);
      const number = Number(shown.slice(0, shown.length - unit.length));
      const same = shown === expected + unit || shown === expected || (!Number.isNaN(number) && number === Number(expected));
      return same || spec.scaleRegister ? null : [row.id, words, expected, shown];
    }).filter(Boolean));
    assert.deepEqual(wrong, []);
    assert.ok(await page.locator('tr[data-t]').count() > 10);
  }));
}

run(cases);
