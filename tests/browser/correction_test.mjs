// What changes while somebody looks: the list loads itself again, a page that is read says so and
// leaves what is typed alone, and a correction stands on top.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {incidentAbout, MIA, nameOf, NOAH, TAMSIN} from './invented.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

const here = world(async (it) => {
  await enrolled(it);
  it.takesReplies();
  it.submit(incidentAbout([MIA], 'INV-1'));
  await morning(it, 1);
});

test('a new alert comes into the list by itself', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  here.it.submit(incidentAbout([TAMSIN], 'INV-2'));
  await lead.page.getByRole('link', {name: nameOf(TAMSIN)}).waitFor();
});

test('whoever goes through the list with the keyboard keeps their place, and is told', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  const link = lead.page.getByRole('link', {name: nameOf(TAMSIN)});
  await link.focus();
  here.it.submit(incidentAbout([NOAH], 'INV-3'));
  await lead.page.getByText('Something here has changed').waitFor();
  assert.ok(await link.evaluate((element) => element === document.activeElement));
  await lead.look('today-changed', [MIA, NOAH, TAMSIN].map(nameOf));
  await lead.follow('Show it');
  await lead.page.getByRole('link', {name: nameOf(NOAH)}).waitFor();
});

test('a correction is said, and loses nothing that was typed', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(MIA));
  await lead.unfold('Tell the police something');
  await lead.type('Your message', 'She came in without');
  here.it.submit(incidentAbout([MIA], 'INV-1', {revision: 2},
      {collection: {mayNotCollect: ['anyone but the mother']}, account: 'She was asleep, and was woken.'}));
  await lead.page.getByText('Something here has changed').waitFor();
  assert.equal(await lead.page.getByLabel('Your message').inputValue(), 'She came in without');
  await lead.look('changed', [nameOf(MIA)]);

  await lead.follow('Show it');
  const show = lead.page.getByRole('button', {name: 'No, show me'});
  await lead.page.getByRole('button', {name: /No, show me|I have this/}).first().waitFor();
  if (await show.count()) await lead.click(show);
  await lead.sees('The police have corrected this');
  assert.match(await lead.text(), /She was asleep/);
  assert.doesNotMatch(await lead.text(), /door being broken/);
  await lead.look('corrected', [nameOf(MIA)]);
});
