// What the school did after an alert, and a child's chronology, a day later as well.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {incidentAbout, MIA, nameOf, NOAH} from './invented.mjs';
import {DEPUTY, enrolled, LEAD, morning, world} from './world.mjs';

const NAMES = [MIA, NOAH].map(nameOf);

const here = world(async (it) => {
  await enrolled(it);
  it.submit(incidentAbout([MIA, NOAH], 'INV-1'));
  await morning(it, 2);
});

async function reading(name, child) {
  const person = await here.person();
  await person.signIn(name);
  await person.read(child);
  return person;
}

test('what was done stands above what the police said, and both are signed for', async () => {
  const lead = await reading(LEAD, nameOf(MIA));
  await lead.follow('What we did, and this child’s chronology');
  assert.equal(await lead.heading(), nameOf(MIA));
  await lead.look('child-new', NAMES);

  await lead.choose('Breakfast');
  await lead.press('Write it down');
  await lead.sees('Done: Breakfast');
  await lead.unfold('Add a concern');
  await lead.type('What was seen or heard?', 'Quiet all morning.');
  await lead.click(lead.page.locator('details[open]').getByRole('button', {name: 'Write it down'}));
  await lead.sees('Quiet all morning.');
  await lead.unfold('What the police said');
  await lead.sees('door being broken');
  const text = await lead.text();
  const order = ['Quiet all morning.', 'Done: Breakfast', 'From the police'].map((words) => text.lastIndexOf(words));
  assert.ok(order.every((at, i) => at >= 0 && (i === 0 || at > order[i - 1])), order.join(' '));
  assert.ok(!text.includes('Noah'), 'a brother has a chronology of his own');
  await lead.look('child', NAMES);
});

test('a pause before any sanction stands above everything, until it is lifted', async () => {
  const lead = await reading(LEAD, nameOf(NOAH));
  await lead.follow('What we did, and this child’s chronology');
  await lead.unfold('Ask for a pause before any sanction');
  await lead.type('Before any sanction, speak to', 'Ms Hazel');
  await lead.press('Ask for it');
  await lead.page.locator('.govuk-warning-text').getByText('speak to Ms Hazel').waitFor();
  await lead.look('child-pause', NAMES);
  await lead.press('Lift this');
  await lead.sees('The pause before sanctions was lifted');
  assert.equal(await lead.page.locator('.govuk-warning-text').count(), 0);
});

test('a colleague reads it once they are let in', async () => {
  const deputy = await here.person();
  await deputy.signIn(DEPUTY);
  await deputy.open('/children');
  await deputy.sees('you are not let in');
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.open('/people');
  await lead.look('people-waiting', NAMES);
  await lead.press('Let in ' + DEPUTY);
  await deputy.open('/children');
  await deputy.follow(nameOf(MIA));
  await deputy.sees('Done: Breakfast');
});

test('on paper there is what was written, and of the police what was unfolded', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.openChild(nameOf(MIA));
  await lead.page.emulateMedia({media: 'print'});
  const paper = await lead.text();
  assert.match(paper, /Done: Breakfast/);
  assert.doesNotMatch(paper, /door being broken/);
  for (const name of ['Write it down', 'Lock']) {
    for (const button of await lead.page.getByRole('button', {name}).all()) assert.ok(!await button.isVisible(), name);
  }
  assert.ok(!await lead.page.getByRole('navigation').first().isVisible());
  await lead.page.emulateMedia({media: 'screen'});
  await lead.unfold('What the police said');
  await lead.page.emulateMedia({media: 'print'});
  assert.match(await lead.text(), /door being broken/);
});

test('all children are listed, and none in a title or an address', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.follow('Children');
  for (const name of NAMES) await lead.sees(name);
  await lead.look('children', NAMES);
});
