// A child's passport and what follows from it: whom the child wishes to know what, who learned what,
// what is corrected, what the school offers, what is filed elsewhere, and what is erased.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {incidentAbout, MIA, nameOf, TAMSIN} from './invented.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

const NAMES = [MIA, TAMSIN].map(nameOf);
const POLICE = 'door being broken';
const WHY = 'Against the child’s wish, because';

const here = world(async (it) => {
  await enrolled(it);
  it.submit(incidentAbout([MIA], 'INV-1'));
  it.submit(incidentAbout([TAMSIN], 'INV-2'));
  await morning(it, 2);
  const lead = await here.person();
  await lead.signIn(LEAD);
  for (const name of NAMES) await lead.read(name);
});

async function withMia() {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.openChild(nameOf(MIA));
  return lead;
}

// The entries of the chronology, the newest first.
const entries = (lead) => lead.page.locator('.fb-entry').allInnerTexts();
const refused = (lead, words) => lead.page.getByRole('alert').getByText(words).waitFor();

test('a passport is begun with the child’s wishes', async () => {
  const lead = await withMia();
  await lead.follow('Begin it with the child');
  await lead.look('passport-new', NAMES);
  await lead.type('What do I need?', 'somewhere quiet\na drink of water');
  await lead.type('What sets it off?', 'raised voices');
  await lead.type('How do I say that something is wrong?', 'I put the red card on my table.');
  await lead.type('Which adult do I trust here?', 'Ms Hazel');
  await lead.type('Who, wish 1', 'All staff');
  await lead.page.getByLabel('Is to know, wish 1', {exact: true}).selectOption('No');
  await lead.type('Who, wish 2', 'Mr Linden');
  await lead.type('About, wish 2', 'what happens at home');
  await lead.press('Write it down');
  await lead.seesHeading(nameOf(MIA));
  for (const words of ['All staff: not to know', 'Mr Linden (what happens at home): ask the child first',
    'raised voices', 'I put the red card on my table.']) {
    await lead.sees(words);
  }
  await lead.look('child-passport', NAMES);
  await lead.follow('Change or print it');
  assert.equal(await lead.page.getByLabel('Is to know, wish 1', {exact: true}).inputValue(), 'no');
  await lead.look('passport', NAMES);
});

test('the sheet asks why it is done against a wish, and keeps what was typed', async () => {
  const lead = await withMia();
  const sheet = 'Put the child on today’s sheet';
  await lead.answer(sheet, {'Class': '3B', 'How does it show today?': 'tired', 'What are staff to do?': 'no homework today'},
      'Put it on the sheet');
  await refused(lead, 'the child wishes “All staff: not to know”');
  assert.equal(await lead.page.getByLabel('What are staff to do?').inputValue(), 'no homework today');
  assert.ok(!(await entries(lead)).some((entry) => entry.includes('no homework today')));
  await lead.look('child-against-wish', NAMES);
  await lead.answer(sheet, {[WHY]: 'Without it she would be kept in.'}, 'Put it on the sheet');
  await lead.sees('On the sheet for staff');
  const told = (await entries(lead)).find((entry) => entry.includes('Told: All staff'));
  assert.match(told, /no homework today/);
  assert.match(told, /Against the child’s wish, because: Without it she would be kept in\./);
});

test('telling somebody against a wish asks why, however the name is written', async () => {
  const lead = await withMia();
  const told = 'Somebody was told something';
  await lead.answer(told, {'Who?': ' mr  LINDEN', 'What?': 'She was woken in the night.', 'Why?': 'He teaches her.'},
      'Write it down');
  await refused(lead, 'the child wishes “Mr Linden (what happens at home): ask the child first”');
  await lead.answer(told, {[WHY]: 'She was asked, and agreed.'}, 'Write it down');
  await lead.sees('She was asked, and agreed.');
  await lead.answer(told, {'Who?': 'Ms Hazel', 'What?': 'That she is tired.', 'Why?': 'She trusts her.'},
      'Write it down');
  await lead.sees('Told: Ms Hazel');
  await lead.follow('Who learned what');
  await lead.page.waitForURL(/show=told/);
  const shown = await entries(lead);
  assert.equal(shown.length, 5, shown.join('\n---\n'));  // three who were told, the sheet itself, and who read the alert
  assert.match(shown.find((entry) => entry.includes('From the police')), /read, Ada Larch/);
  assert.equal(shown.filter((entry) => entry.includes(WHY)).length, 2);
  await lead.look('child-told', NAMES);
});

test('a correction stands beside what was written', async () => {
  const lead = await withMia();
  await lead.choose('Breakfast');
  const more = await lead.unfolded('Who, what came of it');
  await more.getByLabel('Note', {exact: true}).fill('porridge');
  await lead.click(lead.page.getByRole('button', {name: 'Write it down', exact: true}).first());
  await lead.sees('Done: Breakfast');
  await lead.click(lead.page.getByRole('link', {name: /^Correct this.*Done: Breakfast/}));
  await lead.seesHeading('Correct an entry');
  await lead.look('correct', NAMES);
  await lead.type('Note', 'toast');
  await lead.press('Write the correction down');
  await lead.sees('Corrected above. Both are kept.');
  const [after, before] = (await entries(lead)).filter((entry) => entry.includes('Done: Breakfast'));
  assert.match(after, /toast/);
  assert.doesNotMatch(after, /Corrected above/);
  assert.match(before, /porridge/);
  assert.match(before, /Corrected above/);
  assert.equal(await lead.page.getByRole('link', {name: /^Correct this.*Done: Breakfast/}).count(), 1);
});

test('what the school offers grows by what it did, and is offered no longer once it says so', async () => {
  const WALK = 'A walk with the caretaker';
  const lead = await withMia();
  await lead.choose('Something else');
  await lead.type('Something else: what?', WALK);
  await lead.page.getByLabel('Offer it in this list from now on').check();
  await lead.press('Write it down');
  await lead.sees('Done: ' + WALK);
  await lead.page.getByRole('radio', {name: WALK}).waitFor();
  await lead.follow('What this list offers');
  await lead.sees(WALK);
  await lead.look('catalogue', NAMES);
  await lead.press('Add it');
  await refused(lead, 'There is a problem');
  await lead.type('Something else that you offer', 'A place in the garden club');
  await lead.press('Add it');
  await lead.sees('A place in the garden club');
  await lead.click(lead.page.getByRole('button', {name: new RegExp('^Offer no longer.*' + WALK)}));
  await lead.page.getByText(WALK).waitFor({state: 'hidden'});
  await lead.openChild(nameOf(MIA));
  assert.equal(await lead.page.getByRole('radio', {name: WALK}).count(), 0);
  await lead.page.getByRole('radio', {name: 'A place in the garden club'}).waitFor();
  await lead.sees('Done: ' + WALK);
});

test('filed elsewhere alone, what the police said is gone here, and stays gone', async () => {
  const lead = await withMia();
  assert.ok((await lead.page.content()).includes(POLICE));
  const form = await lead.unfolded('Filed in the school’s own system');
  await form.getByLabel('Its name').fill('Invented Files');
  await form.getByLabel('Filed as').fill('IF-2026-17');
  await form.getByLabel(/^Keep what the police said there alone/).check();
  await lead.click(form.getByRole('button', {name: 'Write it down'}));
  const gone = async () => {
    await lead.sees('Erased here: it is kept in the school’s own system alone.');
    await lead.sees('Filed as IF-2026-17');
    assert.ok(!(await lead.page.content()).includes(POLICE));
  };
  await gone();
  await lead.look('child-filed', NAMES);
  // The alert itself can be read until its time is over: that brings nothing back.
  await lead.read(nameOf(MIA));
  await lead.sees(POLICE);
  await lead.follow('What we did, and this child’s chronology');
  await gone();
  assert.equal((await entries(lead)).filter((entry) => entry.includes('From the police')).length, 1);
});

test('everything is erased, once somebody says that they have looked', async () => {
  const lead = await withMia();
  const child = new URL(lead.page.url()).pathname;
  const form = await lead.unfolded('Erase all of it');
  await lead.click(form.getByRole('button', {name: 'Erase it'}));
  await refused(lead, 'Say that you have looked at what is erased');
  assert.match(await (await lead.unfolded('Erase all of it')).innerText(), /Say that you have looked/);
  await lead.look('child-erase', NAMES);
  await lead.page.getByLabel('I have looked at all of it, and it is to go').check();
  await lead.press('Erase it');
  await lead.seesHeading('Children');
  await lead.sees(nameOf(TAMSIN));
  assert.ok(!(await lead.text()).includes(nameOf(MIA)));
  await lead.open(child);
  const left = await lead.page.content();
  for (const words of [MIA.family, 'red card', 'toast', 'She was asked', 'no homework']) {
    assert.ok(!left.includes(words), words);
  }
  await lead.look('child-erased', NAMES);
  // Nor does a look at the alert write it down again, or take that for a trouble.
  await lead.read(nameOf(MIA));
  assert.equal(await lead.page.getByRole('link', {name: 'What we did, and this child’s chronology'}).count(), 0);
  assert.doesNotMatch(readFileSync(here.it.file('logs/school.log'), 'utf8'), /was not written down/);
  await lead.open('/children');
  await lead.sees(nameOf(TAMSIN));
  assert.ok(!(await lead.text()).includes(nameOf(MIA)));
});
