// Runs one file of browser tests: node run.mjs BIN OUT FILE. Exit code 0: passed; 1: not; 77: skipped,
// and it says why.

import {existsSync, mkdirSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const SKIPPED = 77;
const here = dirname(fileURLToPath(import.meta.url));
const packages = resolve(here, '../../deploy/web/node_modules');
const needed = {
  'no Chromium: apt-get install chromium': process.env.FIRSTBELL_CHROMIUM || '/usr/bin/chromium',
  'no playwright-core: run deploy/setup.sh': resolve(packages, 'playwright-core'),
  'no axe-core: run deploy/setup.sh': resolve(packages, 'axe-core'),
};
const neededForADesktop = {
  'no screen: apt-get install xvfb': '/usr/bin/Xvfb',
  'no session bus: apt-get install dbus-daemon': '/usr/bin/dbus-monitor',
  'no desktop: apt-get install dunst': '/usr/bin/dunst',
  'no pictures of it: apt-get install maim': '/usr/bin/maim',
};

const [bin, out, file] = process.argv.slice(2);
if (!file) {
  console.error('usage: node run.mjs BIN OUT FILE');
  process.exit(2);
}
if (file.startsWith('notice')) Object.assign(needed, neededForADesktop);
for (const [why, path] of Object.entries(needed)) {
  if (!existsSync(path)) {
    console.log('skipped: ' + why);
    process.exit(SKIPPED);
  }
}
mkdirSync(out, {recursive: true});
process.env.FIRSTBELL_BIN = resolve(bin);
process.env.FIRSTBELL_OUT = resolve(out);
await import(pathToFileURL(resolve(here, file)));
