// A force that sends the impact alone: that the child may be sensitive today and what protects it.
// What happened is not here, so that nothing on a page may lean on it.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {incidentAbout, MIA, nameOf, NOAH, TAMSIN} from './invented.mjs';
import {until} from './until.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

const NAMES = [MIA, NOAH, TAMSIN].map(nameOf);
// Of the incident's nature, its account, its place, its people.
const WITHHELD = ['verbal argument', 'door being broken', 'pillow', 'Invented Row', 'Rosalind', 'DASH'];

const here = world(async (it) => {
  it.policy('[disclosure]\nimpact_only = true\n');
  await enrolled(it);
  it.submit(incidentAbout([MIA, NOAH], 'INV-1'));
  it.submit(incidentAbout([TAMSIN], 'INV-2'));
  await morning(it, 3);
});

test('two children of one name stand together, and are not called more than that', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  for (const name of NAMES) await lead.seesCard('New', name);
  const cards = await lead.textsUnder('New');
  const mia = cards.findIndex((card) => card.startsWith(nameOf(MIA)));
  const noah = cards.findIndex((card) => card.startsWith(nameOf(NOAH)));
  assert.equal(Math.abs(mia - noah), 1, cards.join('\n'));
  assert.match(cards[mia], /Of the same family name, that morning: Noah Larkspur/);
  assert.ok(!cards.join('\n').includes('Brother or sister'));
  assert.ok(!cards.find((card) => card.startsWith(nameOf(TAMSIN))).includes('Larkspur'));
  await lead.look('impact-today', NAMES);
});

test('the alert says what protects the child, and that no more was sent', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(MIA));
  const read = await lead.text();
  assert.match(read, /Do not contact the parents/);
  assert.match(read, /must not collect/i);
  for (const words of WITHHELD) assert.ok(!read.includes(words), words);
  await lead.look('impact-alert', NAMES);
  await lead.press('I have this');
  await lead.page.getByRole('heading', {name: 'Has the child come to school?'}).waitFor();
  await lead.press('Seen');
  await lead.sees('It was said');
  await until('the arrival to be said', () => here.school.inbox().alerts.some((alert) => alert.arrival === 'seen'));
});

test('the child’s page has no more of it, opened out as well', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.openChild(nameOf(MIA));
  await lead.unfolded('What the police said');
  await lead.sees('Must not collect the child:');
  const page = await lead.page.content();
  for (const words of WITHHELD) assert.ok(!page.includes(words), words);
  await lead.look('impact-child', NAMES);
});
