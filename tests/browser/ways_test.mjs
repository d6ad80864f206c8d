// Whoever reads in another way: with the keyboard alone, without script, on a small screen, at 400 %;
// and whatever the force wrote, it stays text.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {NARROW, ZOOMED} from './browser.mjs';
import {incidentAbout, MIA, nameOf, NOAH, PASSPHRASE, TAMSIN} from './invented.mjs';
import {until} from './until.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

const SCRIPT = '<script>document.title = "Larkspur"</script><img src="x" onerror="document.title = 1">{{title}}';

const STAFF = 'Cleo Ashdown';
const LONG = 'a sentence that goes on for longer than any screen is wide, and'.repeat(3) + 'x'.repeat(80);

let code;  // of the colleague who reads the sheet

const here = world(async (it) => {
  await enrolled(it);
  it.submit(incidentAbout([MIA], 'INV-1'));
  it.submit(incidentAbout([TAMSIN], 'INV-2'));
  it.submit(incidentAbout([NOAH], 'INV-3', {nature: SCRIPT, risk: {scheme: SCRIPT, level: SCRIPT},
    contact: {nameOrRole: SCRIPT, telephone: '020 7946 0999'}},
  {account: SCRIPT, whereInHome: SCRIPT, voice: {spokenTo: 'SPOKEN_TO_YES', whatWasSaid: SCRIPT, whatWasShown: SCRIPT,
    whoElseWasThere: SCRIPT, howTheChildCommunicates: SCRIPT},
  collection: {mayCollect: [SCRIPT], mayNotCollect: [SCRIPT], ordersInForce: [SCRIPT]},
  support: {referralMade: true, referralTo: SCRIPT, socialWorker: SCRIPT, inPlace: SCRIPT},
  needs: {interpreterLanguage: SCRIPT, send: SCRIPT, culture: SCRIPT},
  handling: {parentContact: 'PARENT_CONTACT_NONE', childAwareness: 'CHILD_AWARENESS_HIDDEN', further: [SCRIPT]}}));
  await morning(it, 3);
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(NOAH));
  await lead.open('/sheet');
  await lead.type('The child’s name', 'Robin ' + 'y'.repeat(60));
  await lead.type('Class', '4B');
  await lead.type('What are staff to do?', LONG);
  await lead.press('Put it on the sheet');
  await lead.page.getByRole('button', {name: /^Take off/}).waitFor();
  await lead.open('/people');
  await lead.type('A colleague’s name', STAFF);
  await lead.press('Make a sign-in');
  code = await lead.page.locator('#staff-code').innerText();
});

// Press `key` until what has the focus is called so. Whatever has the focus on the way is seen to have
// it; between the last of a page and its first the browser itself has it.
async function keyTo(person, name, key = 'Tab') {
  for (let i = 0; i < 60; ++i) {
    await person.page.keyboard.press(key);
    const at = await person.page.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const around = getComputedStyle(element.nextElementSibling || element, '::before');
      const label = element.labels && element.labels.length ? element.labels[0].textContent : element.textContent;
      return {
        page: element === document.body,
        name: label.trim(),
        seen: [style, around].some((one) => one.outlineStyle !== 'none' || one.boxShadow !== 'none'),
      };
    });
    if (at.page) continue;
    if (at.name) assert.ok(at.seen, `nothing shows that "${at.name}" has the focus`);
    if (at.name.startsWith(name)) return;
  }
  assert.fail(`no key leads to "${name}"`);
}

test('the keyboard is enough', async () => {
  const lead = await here.person();
  const {keyboard} = lead.page;
  await lead.open('/');
  await keyboard.press('Tab');
  assert.equal(await lead.page.evaluate(() => document.activeElement.textContent), 'Skip to main content');
  // Of several to choose from, Tab leads to the first, and the arrows to the others.
  while (!await lead.page.getByRole('radio').evaluateAll((all) => all.includes(document.activeElement))) {
    await keyboard.press('Tab');
  }
  await keyTo(lead, LEAD, 'ArrowDown');
  await keyTo(lead, 'Your passphrase');
  await keyboard.type(PASSPHRASE);
  await keyboard.press('Enter');
  await lead.page.getByRole('heading', {name: 'Today'}).waitFor();
  await keyTo(lead, nameOf(MIA));
  await keyboard.press('Enter');
  await lead.page.getByRole('heading', {name: 'Do you know this family?'}).waitFor();
  await keyTo(lead, 'No, show me');
  await keyboard.press('Enter');
  await lead.page.getByRole('heading', {name: 'What to do, and what not to do'}).waitFor();
  await keyTo(lead, 'I have this');
  await keyboard.press('Enter');
  await lead.page.getByRole('heading', {name: 'Has the child come to school?'}).waitFor();
  await keyTo(lead, 'Seen');
  await keyboard.press('Enter');
  await lead.sees('It was said');
  await keyTo(lead, 'Lock');
  await keyboard.press('Enter');
  await lead.page.getByRole('heading', {name: 'Sign in'}).waitFor();
});

test('the keyboard is enough for staff', async () => {
  const staff = await here.person();
  const {keyboard} = staff.page;
  await staff.open('/');
  await keyTo(staff, 'The sheet for staff');
  await keyboard.press('Enter');
  await staff.seesHeading('Sign in: the sheet for staff');
  // The one whose name it is, who is chosen already.
  await keyTo(staff, 'Your passphrase');
  await keyboard.type(code);
  await keyboard.press('Enter');
  await staff.seesHeading('The sheet for today');
  await keyTo(staff, 'Report a concern');
  await keyboard.press('Enter');
  await staff.seesHeading('Report a concern');
  await keyTo(staff, 'Whom is it about?');
  await keyboard.type('somebody in the 3rd year');
  await keyTo(staff, 'What did you see or hear?');
  await keyboard.type('quiet all morning');
  await keyTo(staff, 'Send it');
  await keyboard.press('Enter');
  await staff.sees('The safeguarding people have it');
  await keyTo(staff, 'Lock');
  await keyboard.press('Enter');
  await staff.seesHeading('Sign in: the sheet for staff');
});

test('no script is needed for what the school writes down', async () => {
  const lead = await here.person({javaScriptEnabled: false});
  await lead.signIn(LEAD);
  await lead.openChild(nameOf(NOAH));
  await lead.choose('Breakfast');
  await lead.press('Write it down');
  await lead.sees('Done: Breakfast');
  await lead.answer('Put the child on today’s sheet', {'Class': '3B', 'What are staff to do?': 'a quiet start'}, 'Put it on the sheet');
  await lead.sees('On the sheet for staff');
  await lead.click(lead.page.locator('a[href$="/passport"]'));
  await lead.type('Who, wish 1', 'Ms Hazel');
  await lead.press('Write it down');
  await lead.sees('Ms Hazel: ask the child first');
  await lead.follow('Staff sheet');
  await lead.press('Take off ' + nameOf(NOAH));
  await lead.page.getByRole('button', {name: 'Take off ' + nameOf(NOAH)}).waitFor({state: 'hidden'});
  await lead.follow('People');
  await lead.press('I am still here');
  await lead.seesHeading('People');
});

test('no script is needed', async () => {
  const lead = await here.person({javaScriptEnabled: false});
  await lead.signIn(LEAD);
  assert.equal(await lead.page.locator('noscript meta[http-equiv=refresh], meta[http-equiv=refresh]').count(), 1);
  await lead.read(nameOf(TAMSIN));
  await lead.unfold('A colleague has taken it');
  await lead.press('I have this');
  await lead.press('Absent');
  await lead.sees('It was said');
  await until('the absence to be said', () => here.school.inbox().alerts.some((alert) => alert.arrival === 'absent'));
  await lead.press('Lock');
  await lead.page.getByRole('heading', {name: 'Sign in'}).waitFor();
});

test('a small screen and 400 % show everything, and nothing runs over the edge', async () => {
  for (const options of [{viewport: NARROW}, ZOOMED]) {
    const lead = await here.person(options);
    await lead.open('/');
    await lead.fits('sign in');
    await lead.signIn(LEAD);
    await lead.page.getByRole('heading', {name: 'Today'}).waitFor();
    await lead.fits('today');
    await lead.read(nameOf(MIA));
    await lead.fits('an alert');
    for (const fold of await lead.page.locator('summary').all()) await fold.click();
    await lead.fits('an alert, unfolded');
    await lead.openChild(nameOf(NOAH));
    const child = new URL(lead.page.url()).pathname;
    for (const path of [child, child + '/passport', '/sheet', '/people', '/children', '/catalogue', '/concerns']) {
      await lead.open(path);
      await lead.fits(path);
      for (const fold of await lead.page.locator('summary').all()) await fold.click();
      await lead.fits(path, 'unfolded');
    }
    await lead.press('Lock');
    await lead.seesHeading('Sign in');
    await lead.signInAsStaff(STAFF, code);
    for (const path of ['/staff/sheet', '/staff/concern', '/staff/passphrase']) {
      await lead.open(path);
      await lead.fits(path);
    }
  }
});

test('what the force wrote is text, whatever it looks like', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(NOAH));
  assert.ok((await lead.text()).split('<script>').length > 15, 'it stands there as it was written');
  assert.equal(await lead.page.locator('main script, main img').count(), 0);
  assert.ok((await lead.text()).includes('{{title}}'));
  assert.equal(await lead.page.title(), 'An alert – Firstbell');
});
