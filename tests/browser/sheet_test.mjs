// The sheet for staff: what to do today and never why, who reads it, and that they read nothing else.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {incidentAbout, MIA, nameOf} from './invented.mjs';
import {until} from './until.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

const TEACHER = 'Cleo Ashdown';
const HELPER = 'Dev Maplewood';
const ROBIN = 'Robin Ashby';  // of whom nothing is written down but this line
const NAMES = [nameOf(MIA), ROBIN, TEACHER, HELPER];
const THEIR_OWN = 'four quiet herons at noon';
const STILL_TYPED = 'His arm hurts more than it did.';
const CONCERN = 'She asked whether she could stay until it is dark.';
const READ_TWO_LINES = new RegExp(`${TEACHER} \\(staff\\), .*, 2 lines`);

const here = world(async (it) => {
  await enrolled(it);
  it.submit(incidentAbout([MIA], 'INV-1'));
  await morning(it, 1);
});

async function lead() {
  const person = await here.person();
  await person.signIn(LEAD);
  await person.seesHeading('Today');
  return person;
}

async function teacher(secret = THEIR_OWN) {
  const person = await here.person();
  await person.signInAsStaff(TEACHER, secret);
  return person;
}

const linesOf = (person) => person.page.locator('.fb-sheet tbody tr').allInnerTexts();

let code;

test('a lead makes a sign-in for a colleague, whose code is shown once', async () => {
  const nobody = await here.person();
  await nobody.open('/staff');
  await nobody.sees('Nobody of the staff has a sign-in');
  const ada = await lead();
  await ada.follow('People');
  await ada.press('Make a sign-in');
  await ada.page.getByRole('alert').getByText('Say their name').waitFor();
  await ada.look('people-staff-wrong', NAMES);
  await ada.type('A colleague’s name', TEACHER);
  await ada.press('Make a sign-in');
  code = await ada.page.locator('#staff-code').innerText();
  assert.match(code, /^[0-9a-z]{5}(-[0-9a-z]{5}){3}$/);
  await ada.look('staff-code', NAMES);
  await ada.follow('Back to people');
  await ada.seesHeading('Staff who read the sheet');
  await removes(ada, TEACHER).waitFor();
  assert.ok(!(await ada.page.content()).includes(code), 'the code is shown a second time');
  await ada.look('people-staff', NAMES);
});

const removes = (person, name) => person.page.locator('summary', {hasText: 'Remove ' + name});

test('a child is put on the sheet from its page, and another by name', async () => {
  const ada = await lead();
  await ada.read(nameOf(MIA));
  await ada.openChild(nameOf(MIA));
  await ada.answer('Put the child on today’s sheet', {'Class': '4B', 'How does it show today?': 'tired, easily startled',
    'What are staff to do?': 'let her sit near the door'}, 'Put it on the sheet');
  await ada.sees('On the sheet for staff');
  await ada.sees('Told: All staff');

  await ada.follow('Staff sheet');
  await ada.press('Put it on the sheet');
  await ada.page.getByRole('alert').getByText('There is a problem').waitFor();
  await ada.look('sheet-wrong', NAMES);
  await ada.type('The child’s name', ROBIN);
  await ada.type('Class', '4B');
  await ada.type('How does it show today?', 'arm in a sling');
  await ada.type('What are staff to do?', 'no games; a partner carries the bag');
  await ada.press('Put it on the sheet');
  await ada.page.getByRole('button', {name: 'Take off ' + ROBIN}).waitFor();
  assert.equal((await linesOf(ada)).length, 2);
  await ada.sees('Nobody yet');
  await ada.look('sheet', NAMES);
  await ada.open('/children');
  await ada.sees(nameOf(MIA));
  assert.ok(!(await ada.text()).includes(ROBIN), 'a line of the sheet begins no file');
});

test('the colleague signs in by the code, and reads what to do and nothing else', async () => {
  const cleo = await here.person();
  await cleo.open('/staff');
  await cleo.look('staff-sign-in', NAMES);
  await cleo.type('Your passphrase', 'not the code on paper');
  await cleo.press('Sign in');
  await cleo.page.getByRole('alert').getByText('There is a problem').waitFor();
  await cleo.look('staff-sign-in-wrong', NAMES);
  await cleo.signInAsStaff(TEACHER, code);
  await cleo.seesHeading('The sheet for today');
  const lines = (await linesOf(cleo)).sort();
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^Mia Larkspur.*4B.*tired, easily startled.*let her sit near the door/s);
  assert.match(lines[1], /^Robin Ashby.*4B.*arm in a sling.*no games/s);
  assert.doesNotMatch(await cleo.text(), /police|alert|shouting|door being broken|pillow/i);
  await cleo.look('staff-sheet', NAMES);

  const alert = here.school.inbox().alerts[0].alert_id;
  const ada = await lead();
  await ada.openChild(nameOf(MIA));
  const child = new URL(ada.page.url()).pathname;
  for (const path of ['/', '/children', '/people', '/sheet', '/concerns', '/catalogue', '/patterns', child,
    child + '/passport', '/alert/' + alert]) {
    await cleo.open(path);
    const page = await cleo.page.content();
    for (const words of ['door being broken', LEAD, 'Told:']) assert.ok(!page.includes(words), `${words} at ${path}`);
    assert.notEqual(await cleo.heading(), nameOf(MIA));
    assert.equal(new URL(cleo.page.url()).pathname, '/staff/sheet', path);
  }
});

test('a minute before it locks they are told, and whoever is there stays', async () => {
  const cleo = await here.person();
  await cleo.page.clock.install();
  await cleo.signInAsStaff(TEACHER, code);
  await cleo.seesHeading('The sheet for today');
  const warning = cleo.page.getByText('This page locks in one minute');
  await cleo.page.clock.runFor('09:10');
  await warning.waitFor();
  await cleo.press('Stay signed in');
  await warning.waitFor({state: 'hidden'});
  await cleo.seesHeading('The sheet for today');
});

test('they choose a passphrase of their own, and the code opens nothing any more', async () => {
  const cleo = await teacher(code);
  await cleo.follow('Passphrase');
  await cleo.look('staff-passphrase', NAMES);
  await cleo.type('The one until now, or the code on paper', 'not the code on paper');
  await cleo.type('A new passphrase', THEIR_OWN);
  await cleo.type('The same passphrase again', THEIR_OWN);
  await cleo.press('Change it');
  await cleo.page.getByRole('alert').getByText('There is a problem').waitFor();
  await cleo.look('staff-passphrase-wrong', NAMES);
  await cleo.type('The one until now, or the code on paper', code);
  await cleo.type('A new passphrase', THEIR_OWN);
  await cleo.type('The same passphrase again', THEIR_OWN);
  await cleo.press('Change it');
  await cleo.sees('From now on you sign in with the new passphrase');
  await cleo.press('Lock');
  await cleo.seesHeading('Sign in: the sheet for staff');
  await cleo.signInAsStaff(TEACHER, code);
  await cleo.page.getByRole('alert').getByText('There is a problem').waitFor();
  await cleo.signInAsStaff(TEACHER, THEIR_OWN);
  await cleo.seesHeading('The sheet for today');
});

test('they report a concern, and cannot read it again', async () => {
  const cleo = await teacher();
  await cleo.seesHeading('The sheet for today');
  await cleo.follow('Report a concern');
  await cleo.look('staff-concern', NAMES);
  await cleo.type('Whom is it about?', 'Mia, the 3rd year');
  await cleo.press('Send it');
  await cleo.page.getByRole('alert').getByText('There is a problem').waitFor();
  assert.equal(await cleo.page.getByLabel('Whom is it about?').inputValue(), 'Mia, the 3rd year');
  await cleo.look('staff-concern-wrong', NAMES);
  await cleo.type('What did you see or hear?', CONCERN);
  await cleo.type('Where?', 'in the library');
  await cleo.press('Send it');
  await cleo.sees('The safeguarding people have it');
  assert.ok(!(await cleo.page.content()).includes(CONCERN));
  await cleo.look('staff-concern-sent', NAMES);
});

test('the lead sees who read the sheet, and places the concern with the child', async () => {
  const ada = await lead();
  await ada.follow('Staff sheet');
  assert.match(await ada.text(), READ_TWO_LINES);
  await ada.look('sheet-read', NAMES);
  await ada.follow('Today');
  await ada.follow('A colleague has reported a concern');
  await ada.sees(CONCERN);
  assert.match(await ada.text(), new RegExp(`${TEACHER} \\(staff\\)`));
  await ada.look('concerns', NAMES);
  await ada.page.getByLabel('Who is it?').selectOption({label: `${nameOf(MIA)}, born ${MIA.born}`});
  await ada.press(/^Place it/);
  await ada.seesHeading(nameOf(MIA));
  await ada.sees(CONCERN);
  assert.match(await ada.text(), /in the library/);
  await ada.open('/concerns');
  await ada.sees('None waits');
  await ada.open('/');
  await ada.seesHeading('Today');
  assert.ok(!(await ada.text()).includes('has reported a concern'));
});

test('a line that is taken off is gone for staff', async () => {
  const cleo = await teacher();
  await cleo.seesHeading('The sheet for today');
  const ada = await lead();
  await ada.follow('Staff sheet');
  await ada.press('Take off ' + ROBIN);
  await ada.page.getByRole('button', {name: 'Take off ' + ROBIN}).waitFor({state: 'hidden'});
  assert.equal((await linesOf(ada)).length, 1);
  await cleo.open('/staff/sheet');
  assert.equal((await linesOf(cleo)).length, 1);
  assert.ok(!(await cleo.text()).includes(ROBIN));
});

test('whoever is removed reads nothing from then on', async () => {
  const cleo = await teacher();
  await cleo.seesHeading('The sheet for today');
  const late = await here.person();  // with the page to sign in open already
  await late.open('/staff');
  await late.choose(TEACHER);
  const ada = await lead();
  await ada.follow('People');
  await ada.type('A colleague’s name', HELPER);
  await ada.press('Make a sign-in');
  const dev = await here.person();
  await dev.signInAsStaff(HELPER, await ada.page.locator('#staff-code').innerText());
  await dev.follow('Report a concern');
  await dev.type('Whom is it about?', ROBIN);
  await dev.type('What did you see or hear?', STILL_TYPED);
  await ada.follow('Back to people');
  await ada.answer('Remove ' + TEACHER, {}, 'Remove ' + TEACHER);
  await removes(ada, TEACHER).waitFor({state: 'hidden'});
  await cleo.seesHeading('Sign in: the sheet for staff');
  await cleo.sees('signed out because they do not read the sheet any more');
  await cleo.look('staff-signed-out', NAMES);
  await cleo.open('/staff/sheet');
  await cleo.seesHeading('Sign in: the sheet for staff');
  await late.type('Your passphrase', THEIR_OWN);
  await late.press('Sign in');
  await late.sees('There is a problem');
  assert.ok(!(await late.page.content()).includes(nameOf(MIA)));
  // The keys were changed for it, and whoever stays loses nothing of what they were typing,
  await dev.press('Send it');
  await dev.sees('The safeguarding people have it');
  await ada.open('/concerns');
  await ada.sees(STILL_TYPED);
  // and reads on, also what was written before.
  await ada.follow('Staff sheet');
  assert.equal((await linesOf(ada)).length, 1);
  await ada.openChild(nameOf(MIA));
  await ada.sees(CONCERN);
});

test('the next day the sheet is empty', async () => {
  here.it.setTime('2026-03-04 07:31');
  const ada = await lead();
  await until('the sheet to be of the new day', async () => {
    await ada.open('/sheet');
    return (await ada.text()).includes('Nobody is on the sheet today');
  });
  await ada.sees('Nobody yet');
  await ada.look('sheet-empty', NAMES);
  // That the child was on it stays in its chronology.
  await ada.openChild(nameOf(MIA));
  await ada.sees('let her sit near the door');
});
