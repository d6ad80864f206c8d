// Who is there to take an alert, as they say it on the page, and who has it while they are away; and a
// colleague who comes: enrolled in the browser, let in, removed.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {incidentAbout, MIA, nameOf, PASSPHRASE, TAMSIN} from './invented.mjs';
import {until} from './until.mjs';
import {DEPUTY, LEAD, morning, world} from './world.mjs';

const NAMES = [MIA, TAMSIN].map(nameOf);

const here = world(async (it) => {
  it.school.enrolDevice();
  it.school.enrolPerson('lead', LEAD);
  await it.school.start();
  await it.school.linked();
  await it.school.borneOut(1);
  it.setTime('2026-03-03 02:10');
  it.submit(incidentAbout([MIA], 'INV-1'));
  await morning(it, 1);
});

async function onPeople(name) {
  const person = await here.person();
  await person.signIn(name);
  await person.open('/people');
  return person;
}

// When the page says that somebody is on duty.
async function onDuty(person, name) {
  const row = person.page.locator('.fb-person', {hasText: name});
  return row.locator('div', {has: person.page.getByText('On duty', {exact: true})}).locator('dd').innerText();
}

const knownOf = (name) => here.it.recipients().find((one) => one.displayName === name);

const known = (what, name, holds) => until(`the broker to know ${what}`, () => holds(knownOf(name)));

async function say(person, first, last) {
  await person.type('First day away', first);
  await person.type('Last day away', last);
  await person.press('I am away on these days');
}

test('a lead says when they are away, and the broker knows it', async () => {
  const lead = await onPeople(LEAD);
  assert.equal(await onDuty(lead, LEAD), 'every day');
  await lead.look('people', NAMES);

  await say(lead, '2026-03-06', '2026-03-04');
  await lead.page.getByRole('alert').getByText('the last not before the first').waitFor();
  assert.equal(await onDuty(lead, LEAD), 'every day');
  assert.equal(await lead.page.getByLabel('First day away').inputValue(), '2026-03-06', 'what was typed stays');
  await lead.look('people-away-wrong', NAMES);

  await say(lead, '2026-03-04', '2026-03-06');
  await lead.sees('every day; away 2026-03-04 to 2026-03-06');
  await lead.look('people-away', NAMES);
  await known('of the absence', LEAD, ({duty}) =>
    duty.away && duty.away.first === '2026-03-04' && duty.away.last === '2026-03-06');

  await say(lead, '2026-03-05', '2026-03-05');
  await lead.sees('every day; away 2026-03-05');
  assert.equal(await onDuty(lead, LEAD), 'every day; away 2026-03-05', 'in place of what was said before');
});

test('and that they are back', async () => {
  const lead = await onPeople(LEAD);
  assert.equal(await onDuty(lead, LEAD), 'every day; away 2026-03-05');
  await lead.press('I am back');
  await until('the page to say that nobody is away', async () => await onDuty(lead, LEAD) === 'every day');
  await lead.look('people-back', NAMES);
  await known('of nobody’s absence', LEAD, ({duty}) => !(duty && duty.away));
});

test('a colleague enrols in the browser, where the lead finds them', async () => {
  const deputy = await here.person();
  await deputy.open('/first');
  await deputy.seesHeading('Make your own key');
  await deputy.look('first-colleague');
  await deputy.type('The code', here.it.codeFor('--person', 'deputy', '--name', DEPUTY));
  await deputy.type('A new passphrase', PASSPHRASE);
  await deputy.type('The same passphrase again', PASSPHRASE);
  await deputy.press('Make my key');
  await deputy.seesHeading('Your recovery code');
  await here.school.borneOut(2);

  const lead = await onPeople(LEAD);
  await lead.seesHeading('New here');
  assert.equal(await onDuty(lead, DEPUTY), 'every day');
  await lead.look('people-new', NAMES);
});

test('let in they read what is written down, and removed they do not', async () => {
  const writer = await here.person();
  await writer.signIn(LEAD);
  await writer.read(nameOf(MIA));
  await writer.press('I have this');

  const deputy = await here.person();
  await deputy.signIn(DEPUTY);
  await deputy.open('/children');
  await deputy.sees('you are not let in');

  const lead = await onPeople(LEAD);
  await lead.press('Let in ' + DEPUTY);
  await lead.page.locator('summary', {hasText: 'Remove ' + DEPUTY}).waitFor();
  await lead.look('people-let-in', NAMES);
  await deputy.openChild(nameOf(MIA));
  await deputy.sees('From the police');

  await lead.answer('Remove ' + DEPUTY, {}, 'Remove ' + DEPUTY);
  await lead.seesHeading('New here');
  await deputy.open('/children');
  await deputy.sees('you are not let in');
  assert.ok(!(await deputy.text()).includes(MIA.family));

});

test('while the lead is away an alert goes to the colleague who is there', async () => {
  const lead = await onPeople(LEAD);
  await say(lead, '2026-03-03', '2026-03-04');
  await known('of the absence', LEAD, ({duty}) => duty && duty.away);
  here.it.submit(incidentAbout([TAMSIN], 'INV-2'));
  await here.school.shown(2);
  const deputy = await here.person();
  await deputy.signIn(DEPUTY);  // who was removed from what is written down, not from alerts
  await deputy.seesCard('New', nameOf(TAMSIN));
  await lead.open('/');
  await lead.seesCard('With a colleague', 'An alert for a colleague');
  assert.ok(!(await lead.text()).includes(TAMSIN.family));
  await lead.look('today-away', NAMES);
});

test('that they are still here is what the operator sees of them last', async () => {
  const {confirmedAt} = knownOf(LEAD);
  here.it.setTime('2026-03-04 12:00');  // it is kept to within an hour
  const lead = await onPeople(LEAD);
  await lead.press('I am still here');
  await lead.sees('You said that you are still here.');
  await lead.look('people-still-here', NAMES);
  assert.equal(await onDuty(lead, LEAD), 'every day; away 2026-03-03 to 2026-03-04', 'nothing else changes');
  await known('that the lead is still there', LEAD, (one) => one.confirmedAt > confirmedAt);
  await lead.open('/people');
  assert.equal(await lead.page.getByText('You said that').count(), 0, 'it is said once');
});
