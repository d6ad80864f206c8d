// Cuts the pictures of the page for schools out of what the browser tests left: the upper part, 960 pixels wide.
//   node tests/browser/for_schools.mjs build/tests/browser/pictures

import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const {chromium} = createRequire(new URL('../../deploy/web/', import.meta.url))('playwright-core');
const OUT = fileURLToPath(new URL('../../clients/school/for-schools/', import.meta.url));
const HEIGHTS = {today: 560, alert: 860, 'child-passport': 1010, sheet: 460};

const root = process.getuid && process.getuid() === 0;
const browser = await chromium.launch({
  executablePath: process.env.FIRSTBELL_CHROMIUM || '/usr/bin/chromium',
  args: root ? ['--no-sandbox'] : [],
});
mkdirSync(OUT, {recursive: true});
for (const [name, height] of Object.entries(HEIGHTS)) {
  const page = await browser.newPage({viewport: {width: 960, height}});
  const picture = readFileSync(join(process.argv[2], `${name}-wide.png`)).toString('base64');
  await page.setContent(`<body style="margin:0"><img width="960" src="data:image/png;base64,${picture}">`);
  writeFileSync(join(OUT, `${name}.png`), await page.screenshot());
}
await browser.close();
