// A new machine and a new lead: from two codes to a practised acknowledgement, in the browser alone.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {PASSPHRASE} from './invented.mjs';
import {LEAD, world} from './world.mjs';

const here = world((it) => it.school.start());

test('a lead is ready without a manual', async () => {
  const lead = await here.person();
  await lead.open('/');
  await lead.look('first-device');

  await lead.type('The code', 'FB1-not-a-code');
  await lead.press('Connect');
  await lead.page.getByRole('alert').getByText('There is a problem').waitFor();
  await lead.look('first-device-wrong');

  await lead.type('The code', here.it.codeFor('--device'));
  await lead.press('Connect');
  await lead.page.getByRole('heading', {name: 'Make your own key'}).waitFor();
  await lead.look('first-person');

  await lead.type('The code', here.it.codeFor('--person', 'lead', '--name', LEAD));
  await lead.type('A new passphrase', PASSPHRASE);
  await lead.type('The same passphrase again', PASSPHRASE);
  await lead.press('Make my key');
  await lead.page.getByRole('heading', {name: 'Your recovery code'}).waitFor();
  await lead.look('first-recovery');
  const recovery = await lead.page.locator('.fb-recovery__group').allInnerTexts();
  assert.ok(recovery.length >= 8 && recovery.every((group) => /^[0-9A-Z]{4}$/.test(group)), recovery.join(' '));

  // The code is shown this once: without the tick, the page stays.
  await lead.page.getByRole('button', {name: 'Continue', exact: true}).click();
  await lead.page.locator('#printed:invalid:focus').waitFor();
  assert.deepEqual(await lead.page.locator('.fb-recovery__group').allInnerTexts(), recovery);

  await lead.page.getByLabel('I have it on paper').check();
  await lead.press('Continue');
  await lead.page.getByRole('heading', {name: 'Two minutes before your first alert'}).waitFor();
  await lead.look('first-scheme');

  await lead.press('Try it with an invented child');
  await lead.sees('Practice: an invented child');
  await lead.look('first-practice');
  await lead.press('I have this');
  await lead.page.getByRole('heading', {name: 'You are ready'}).waitFor();
  await lead.look('first-ready');

  await lead.follow('Go to today');
  await lead.sees('Nothing waits for you');
  await lead.look('today-empty');
  // Practice left nothing behind, here or at the broker.
  assert.deepEqual(here.school.inbox().alerts, []);

  await lead.press('Lock');
  await lead.page.getByRole('heading', {name: 'Sign in'}).waitFor();
  await lead.follow('choose another passphrase');
  await lead.look('recover');
  await lead.choose(LEAD);
  await lead.type('Your recovery code', recovery.join(' ').toLowerCase());
  await lead.type('A new passphrase', 'four other invented words');
  await lead.type('The same passphrase again', 'four other invented words');
  await lead.press('Choose this passphrase');
  await lead.page.getByRole('heading', {name: 'Today'}).waitFor();
  await lead.press('Lock');
  await lead.signIn(LEAD, 'four other invented words');
  await lead.page.getByRole('heading', {name: 'Today'}).waitFor();
});
