// The morning after: what is new, whether the reader knows the family, what to do, "I have this", and
// whether the child has come.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {incidentAbout, MIA, nameOf, NOAH, TAMSIN} from './invented.mjs';
import {until} from './until.mjs';
import {DEPUTY, enrolled, LEAD, morning, world} from './world.mjs';

const NAMES = [MIA, NOAH, TAMSIN].map(nameOf);

const here = world(async (it) => {
  await enrolled(it);
  it.submit(incidentAbout([MIA, NOAH], 'INV-1'));
  it.submit(incidentAbout([TAMSIN], 'INV-2', {urgent: true}));
  await morning(it, 3);
});

test('nobody who has not signed in is told whom it is about', async () => {
  const stranger = await here.person();
  for (const path of ['/', '/people', '/alert/' + here.school.inbox().alerts[0].alert_id]) {
    await stranger.open(path);
    const page = await stranger.page.content();
    for (const name of NAMES) assert.ok(!page.includes(name), `${name} at ${path}`);
    assert.equal(await stranger.heading(), 'Sign in');
  }
  await stranger.sees(/Late: it was to be acknowledged by \d\d:\d\d\./);  // the urgent one of the night
  await stranger.look('sign-in', NAMES);
});

test('a page that is not there, and too many tries, can be read by everybody too', async () => {
  const deputy = await here.person();
  for (let tries = 0; tries < 4; ++tries) await deputy.signIn(DEPUTY, 'not the passphrase at all');
  await deputy.page.getByRole('alert').getByText('Too many tries').waitFor();
  await deputy.look('sign-in-wait', NAMES);
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.open('/alert/00000000000000000000000000');
  await lead.seesHeading('That was not done');
  await lead.look('problem', NAMES);
});

test('what is new stands first, brothers and sisters together', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  for (const name of NAMES) await lead.seesCard('New', name);
  const fresh = await lead.textsUnder('New');
  assert.equal(fresh.length, 3);
  const mia = fresh.find((card) => card.startsWith(nameOf(MIA)));
  assert.match(mia, /Noah Larkspur/);
  assert.match(mia, /left/);
  assert.match(mia, /Not read yet/);
  assert.match(fresh.find((card) => card.startsWith(nameOf(TAMSIN))), /Urgent/i);
  assert.ok(!fresh.find((card) => card.startsWith(nameOf(TAMSIN))).includes('Larkspur'));
  await lead.sees(/^To be acknowledged by \d\d:\d\d$/);
  await lead.look('today', NAMES);
});

test('what to do is read before what happened, and then the lead has it', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.follow(nameOf(MIA));
  assert.equal(await lead.heading(), 'Do you know this family?');
  assert.ok(!(await lead.text()).includes('door being broken'), 'the account is told before it is asked for');
  await lead.look('who', NAMES);

  await lead.press('No, show me');
  const read = await lead.text();
  const order = ['Do not contact the parents', 'MUST NOT COLLECT', 'I put my pillow over my ears', 'door being broken']
      .map((words) => read.toLowerCase().indexOf(words.toLowerCase()));
  assert.ok(order.every((at, i) => at >= 0 && (i === 0 || at > order[i - 1])), order.join(' '));
  await lead.look('alert', NAMES);
  await until('the force to see that it was opened', () => here.it.states('INV-1').includes('opened'));

  await lead.press('I have this');
  await lead.page.getByRole('heading', {name: 'Has the child come to school?'}).waitFor();
  await lead.look('alert-taken', NAMES);
  await until('the force to see that somebody has it', () => here.it.states('INV-1').includes('acknowledged'));
});

test('the school says whether the child has come', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.seesCard('Has the child come to school?', nameOf(MIA));
  await lead.sees(/^Say by \d\d:\d\d whether the child has come$/);
  await lead.look('today-arriving', NAMES);
  await lead.follow(nameOf(MIA));
  await lead.press('Seen');
  await lead.sees('It was said');
  await lead.look('alert-seen', NAMES);
  await until('the arrival to be said', () => here.school.inbox().alerts.some((alert) => alert.arrival === 'seen'));
  assert.match(await lead.text(), /seen/);
});

test('a forgotten form does nothing twice: a reload asks for nothing', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(TAMSIN));
  await lead.press('I have this');
  await lead.page.getByRole('heading', {name: 'Has the child come to school?'}).waitFor();
  await lead.page.reload();
  assert.equal(await lead.page.getByRole('button', {name: 'I have this'}).count(), 0);
});

test('the next day a child of whom nobody said so is asked about still, and any alert is found from its child', async () => {
  here.it.setTime('2026-03-04 07:31');
  const lead = await here.person();
  await lead.signIn(LEAD);
  await until('the page to know what day it is', async () => {
    await lead.open('/');
    return (await lead.page.content()).includes('Wed 4 Mar 2026');
  });
  await lead.seesCard('Has the child come to school?', nameOf(TAMSIN));
  await lead.sees(/^Overdue:/);
  assert.equal(await lead.page.locator('.fb-card', {hasText: nameOf(MIA)}).count(), 0, 'what is over is gone');
  await lead.look('today-next-day', NAMES);
  await lead.openChild(nameOf(MIA));
  await lead.unfold('What the police said');
  await lead.sees('Must not collect the child:');
  await lead.look('child-police', NAMES);
  await lead.click(lead.page.getByRole('link', {name: /^The alert itself/}));
  assert.equal(await lead.heading(), nameOf(MIA));
});
