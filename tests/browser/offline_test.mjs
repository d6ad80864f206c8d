// The broker is away, and the morning goes on: what is here is read and answered, and what was said
// goes out when it is back.

import {test} from 'node:test';
import {incidentAbout, MIA, nameOf} from './invented.mjs';
import {until} from './until.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

const here = world(async (it) => {
  await enrolled(it);
  it.submit(incidentAbout([MIA], 'INV-1'));
  await morning(it, 1);
});

test('everything works without the broker', async () => {
  await here.it.killBroker();
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.seesCard('New', nameOf(MIA));
  await lead.read(nameOf(MIA));
  await lead.press('I have this');
  await lead.page.getByRole('heading', {name: 'Has the child come to school?'}).waitFor();
  await lead.press('Late, but here');
  await lead.sees('It was said');

  await here.it.startBroker();
  await until('what was said to reach the force', () => here.it.states('INV-1').includes('acknowledged'));
  await until('every receipt to be confirmed', () => here.school.inbox().unconfirmed_receipts === 0);
});

test('a daemon that is started again has nobody signed in', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await here.school.stop('SIGKILL');
  await here.school.start();
  await lead.open('/');
  await lead.page.getByRole('button', {name: 'Sign in'}).waitFor();
});
