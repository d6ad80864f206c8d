// Who can read, and until when: signing in, locking, what is left in the browser afterwards.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {incidentAbout, MIA, nameOf} from './invented.mjs';
import {until} from './until.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

const here = world(async (it) => {
  await enrolled(it);
  it.submit(incidentAbout([MIA], 'INV-1'));
  await morning(it, 1);
});

test('a wrong passphrase opens nothing', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD, 'not the passphrase at all');
  await lead.page.getByRole('alert').getByText('There is a problem').waitFor();
  assert.ok(!(await lead.page.content()).includes('not the passphrase at all'), 'it is repeated to whoever looks');
  await lead.look('sign-in-wrong', [nameOf(MIA)]);
  await lead.signIn(LEAD);
  await lead.page.getByRole('heading', {name: 'Today'}).waitFor();
});

test('whoever locks leaves nothing behind: not in the browser’s memory, not behind its back button', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(MIA));
  const address = lead.page.url();
  await lead.press('Lock');
  await lead.page.getByRole('button', {name: 'Sign in'}).waitFor();
  const back = [() => lead.page.goBack(), () => lead.page.goBack(), () => lead.open(address)];
  for (const go of back) {
    await go();
    await lead.page.getByRole('button', {name: 'Sign in'}).waitFor();
    assert.ok(!(await lead.page.content()).includes(MIA.family));
  }
});

test('a cookie from before is worth nothing once it is locked', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  const cookies = await lead.context.cookies();
  assert.ok(cookies.length > 0 && cookies.every((one) => one.httpOnly && one.sameSite === 'Strict'));
  await lead.press('Lock');
  await lead.page.getByRole('button', {name: 'Sign in'}).waitFor();
  const thief = await here.person();
  await thief.context.addCookies(cookies);
  await thief.open('/');
  await thief.page.getByRole('button', {name: 'Sign in'}).waitFor();
});

test('a page that is open somewhere else locks too', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  const other = await lead.context.newPage();
  await other.goto(here.school.url + '/people');
  await lead.press('Lock');
  await other.getByRole('button', {name: 'Sign in'}).waitFor();
});

test('a form whose page was locked meanwhile is said to be undone, and does not stand there', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.page.route('**/events', () => {});  // never answered, so that the page does not hear of it
  await lead.open('/sheet');
  await lead.type('The child’s name', 'Robin Ashby');
  const other = await lead.context.newPage();
  await other.goto(here.school.url + '/people');
  await other.getByRole('button', {name: 'Lock'}).click();
  await lead.press('Put it on the sheet');
  await lead.page.getByRole('button', {name: 'Sign in'}).waitFor();
  await lead.sees(/was not done/);
  assert.ok(!(await lead.page.content()).includes('Robin Ashby'));
  await lead.look('sign-in-undone', ['Robin Ashby']);
});

test('it is said a minute before, and whoever is there stays', async () => {
  const lead = await here.person();
  await lead.page.clock.install();
  await lead.signIn(LEAD);
  await lead.page.getByRole('heading', {name: 'Today'}).waitFor();
  await lead.open('/people');
  const warning = lead.page.getByText('This page locks in one minute');
  await lead.page.clock.runFor('08:50');
  assert.equal(await warning.isVisible(), false);
  await lead.page.clock.runFor('00:20');
  await warning.waitFor();
  await lead.look('locking');
  await lead.press('Stay signed in');
  await warning.waitFor({state: 'hidden'});
});

// From here on the page is served anew, so that it locks sooner.
test('where nobody does anything it locks, and nothing is left on the screen, with script or without', async () => {
  await here.school.stop();
  await here.school.start('--lock-after', '1');
  const left = [await here.person(), await here.person({javaScriptEnabled: false}), await here.person()];
  for (const person of left) {
    await person.signIn(LEAD);
    await person.seesHeading('Today');
  }
  await left[2].open('/people');
  // What loads itself again is nothing that somebody did.
  here.it.submit(incidentAbout([MIA], 'INV-9', {urgent: true}));
  for (const person of left) {
    await person.page.getByRole('heading', {name: 'Sign in', exact: true}).waitFor({timeout: 90000});
    await person.sees(/signed out because nothing was done/);
  }
});

test('who types is there', async () => {
  const lead = await here.person();
  await lead.page.clock.install();
  await lead.signIn(LEAD);
  await lead.open('/sheet');
  const counted = lead.page.waitForRequest((asked) => asked.url().endsWith('/people'));
  await lead.page.clock.runFor('01:10');
  await lead.type('The child’s name', 'Kim Example');
  await counted;
});

test('a page whose daemon is away is empty when its time is over', async () => {
  const lead = await here.person();
  await lead.page.clock.install();
  await lead.signIn(LEAD);
  await lead.open('/people');
  await here.school.stop('SIGKILL');
  await lead.page.clock.runFor('01:10');
  await until('nothing to stand there', () => lead.page.content().then((page) => !page.includes(LEAD), () => false));
});

test('a machine that the operator ends opens nothing any more, and says whom to telephone', async () => {
  await here.school.start();
  await here.school.linked();
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.seesHeading('Today');
  const device = here.it.recipients().find((one) => one.role.endsWith('DEVICE'));
  here.it.operator('recipients', 'revoke', device.recipientId);
  await lead.page.getByRole('button', {name: 'Sign in'}).waitFor();
  await lead.signIn(LEAD);
  await lead.page.getByRole('alert').getByText('Telephone your operator now').waitFor();
  await lead.look('sign-in-ended', [nameOf(MIA)]);
});
