// Debian's Chromium, and a person in front of it.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {PASSPHRASE} from './invented.mjs';
import {until} from './until.mjs';

const require = createRequire(new URL('../../deploy/web/', import.meta.url));
const {chromium} = require('playwright-core');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const JUDGED_BY = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const WIDE = {width: 1280, height: 900};
export const NARROW = {width: 320, height: 640};
// A screen of 1280 by 1024 at 400 %.
export const ZOOMED = {viewport: {width: 320, height: 256}, deviceScaleFactor: 4};

let browser;
export async function openBrowser() {
  const root = process.getuid && process.getuid() === 0;
  browser = await chromium.launch({
    executablePath: process.env.FIRSTBELL_CHROMIUM || '/usr/bin/chromium',
    args: root ? ['--no-sandbox'] : [],
  });
  return browser;
}
export const closeBrowser = () => browser && browser.close();

// Somebody with a browser of their own at the school's page. Whatever the page complains of, or asks
// another machine for, is kept in `trouble`.
export class Person {
  static async at(school, options = {}) {
    const context = await browser.newContext({viewport: WIDE, locale: 'en-GB', baseURL: school.url, ...options});
    context.setDefaultTimeout(15000);
    return new Person(context, await context.newPage(), school);
  }

  constructor(context, page, school) {
    Object.assign(this, {context, page, school, trouble: []});
    page.on('pageerror', (error) => this.trouble.push(error.message));
    page.on('console', (said) => {
      if (said.type() === 'error' && !/status of [45]\d\d|ERR_/.test(said.text())) this.trouble.push(said.text());
    });
    page.on('dialog', (dialog) => {
      this.trouble.push('a dialog opened: ' + dialog.message());
      return dialog.dismiss();
    });
    page.on('request', (asked) => {
      if (!asked.url().startsWith(school.url + '/')) this.trouble.push('asked ' + asked.url());
    });
  }

  async leave() {
    assert.deepEqual(this.trouble, []);
    await this.context.close();
  }

  // --- What they do ---------------------------------------------------------------------------

  open(path = '/') { return this.page.goto(path); }
  // A click is over once the next page has begun; what is read of it must not be its first half.
  async click(what) {
    await what.click();
    await this.page.waitForLoadState();
  }
  press(name) { return this.click(this.page.getByRole('button', {name, exact: true})); }
  follow(name) { return this.click(this.page.getByRole('link', {name, exact: true}).first()); }
  unfold(name) { return this.page.locator('summary', {hasText: name}).click(); }
  choose(name) { return this.page.getByRole('radio', {name: new RegExp('^' + name)}).locator('visible=true').check(); }
  type(label, text) { return this.page.getByLabel(label, {exact: true}).fill(text); }

  async signIn(name, passphrase = PASSPHRASE) {
    await this.open('/');
    await this.choose(name);
    await this.type('Your passphrase', passphrase);
    await this.press('Sign in');
  }

  // A colleague who reads the sheet; `secret` is their passphrase, or at first the code on paper.
  async signInAsStaff(name, secret) {
    await this.open('/staff');
    await this.choose(name);
    await this.type('Your passphrase', secret);
    await this.press('Sign in');
  }

  // What is folded away under `summary`, unfolded.
  async unfolded(summary) {
    const fold = this.page.locator('details', {has: this.page.locator('summary', {hasText: summary})});
    if (await fold.getAttribute('open') === null) await fold.locator('summary').click();
    return fold;
  }

  // Answers the form under `summary`, a text for each label, and sends it.
  async answer(summary, texts, button) {
    const fold = await this.unfolded(summary);
    for (const [label, text] of Object.entries(texts)) await fold.getByLabel(label, {exact: true}).fill(text);
    await this.click(fold.getByRole('button', {name: button, exact: true}));
  }

  // A child's page, which is begun once an alert about them was read.
  async openChild(child) {
    await this.open('/children');
    await this.follow(child);
    await this.page.getByRole('heading', {name: 'Chronology'}).waitFor();
  }

  // From the list to what happened, past the question that is asked the first time.
  async read(child) {
    await this.open('/');
    await this.follow(child);
    const show = this.page.getByRole('button', {name: 'No, show me'});
    await this.page.getByRole('button', {name: /^(No, show me|I have this|Seen)$/}).first().waitFor();
    if (await show.isVisible()) await this.click(show);
    await this.page.getByRole('heading', {name: 'What to do, and what not to do'}).waitFor();
  }

  // --- What they see --------------------------------------------------------------------------

  heading() { return this.page.locator('h1').innerText(); }
  async text() {
    await this.page.waitForLoadState();
    return this.page.locator('main').innerText();
  }
  async sees(text) { await this.page.locator('main').getByText(text).first().waitFor(); }
  async seesHeading(name) { await this.page.getByRole('heading', {name, exact: true}).waitFor(); }
  // The cards under a heading of the list; none where the heading is not there.
  cardsUnder(heading) {
    return this.page.locator('section', {has: this.page.getByRole('heading', {name: heading, exact: true})})
        .locator('.fb-card');
  }
  // As text, once it is not just loading itself again.
  textsUnder(heading) {
    return until(`what stands under ${heading}`, () => this.cardsUnder(heading).allInnerTexts().catch(() => null));
  }
  // Waits for it: the list loads itself again.
  seesCard(heading, name) { return this.cardsUnder(heading).filter({hasText: name}).first().waitFor(); }

  // Nothing keeps anybody out of this page, nothing runs over its edge at any width, and its title
  // and address name nobody. Leaves its picture, wide and narrow, as `name`.
  async look(name, namesNobody = []) {
    await this.namesNobody(namesNobody);
    const before = this.page.viewportSize();
    for (const [width, size] of [['wide', WIDE], ['narrow', NARROW]]) {
      await this.page.setViewportSize(size);
      await this.fits(name, width);
      await this.page.screenshot({path: join(process.env.FIRSTBELL_OUT, `${name}-${width}.png`), fullPage: true});
      assert.deepEqual(await this.violations(), [], `${name}, ${width}`);
    }
    await this.page.setViewportSize(before);
  }

  async namesNobody(names) {
    const shown = decodeURIComponent(this.page.url()) + ' ' + await this.page.title();
    for (const name of names) {
      for (const word of name.split(' ')) assert.ok(!shown.includes(word), 'a name stands in a title or an address');
    }
  }

  async fits(name, width = '') {
    await this.page.waitForLoadState();  // with its style
    const over = await this.page.evaluate(() =>
      document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(over <= 0, `${name}${width && ", " + width} runs ${over} pixels over its edge`);
  }

  // Run beside the page's policy, which lets no script of ours in: what is judged is what is drawn.
  async violations() {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate((tags) =>
      window.axe.run(document, {runOnly: {type: 'tag', values: tags}}), JUDGED_BY);
    return found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes[0].html}`);
  }
}
