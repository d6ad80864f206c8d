// What else can be said of an alert: a colleague takes it, is asked to, reads it in the reader's place;
// it is not our pupil; and what the school writes back.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {IDRIS, incidentAbout, MAREN, MIA, nameOf, NOAH, TAMSIN} from './invented.mjs';
import {until} from './until.mjs';
import {DEPUTY, enrolled, LEAD, morning, world} from './world.mjs';

const NAMES = [MIA, NOAH, TAMSIN, IDRIS, MAREN].map(nameOf);

const here = world(async (it) => {
  await enrolled(it);
  it.takesReplies();
  [MIA, NOAH, TAMSIN].forEach((child, i) => it.submit(incidentAbout([child], `INV-${i + 1}`)));
  [IDRIS, MAREN].forEach((child, i) => {
    it.submit(incidentAbout([child], `INV-${i + 4}`));
    it.placeByHand(`INV-${i + 4}`);
  });
  await morning(it, 5);
});

test('handed to a colleague who has taken it', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(MIA));
  await lead.unfold('A colleague has taken it');
  await lead.press('Handed to them');
  await lead.page.getByRole('alert').getByText('There is a problem').waitFor();
  await lead.look('handed-nobody', NAMES);
  // What is wrong stands where it is put right, which is not folded away.
  assert.ok(await lead.page.getByRole('button', {name: 'Handed to them'}).isVisible());
  await lead.choose(DEPUTY);
  await lead.press('Handed to them');
  await until('the force to see that somebody has it', () => here.it.states('INV-1').includes('acknowledged'));
});

test('what is written back is read at the police desk, and nowhere else', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(MIA));
  await lead.unfold('Tell the police something');
  await lead.press('Send to the police');
  await lead.page.getByRole('alert').getByText('Your message is required').waitFor();
  await lead.look('reply-nothing', NAMES);
  await lead.page.getByLabel('What is it about?').selectOption('A further concern');
  const text = 'She asks who feeds the dog tonight.';
  await lead.type('Your message', text);
  await lead.look('reply', NAMES);
  await lead.press('Send to the police');
  await lead.sees('something was told to the police');
  assert.ok(!(await lead.text()).includes(text), 'it is kept nowhere here');
  const alert = new URL(lead.page.url()).pathname.split('/').pop();
  await until('the desk to read it', () => here.it.replies(alert).includes(text));
  assert.equal(here.it.replies(alert).split(text).length, 2, 'once');
});

test('a colleague is asked, and has it once they say so', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(NOAH));
  await lead.unfold('Ask a colleague');
  await lead.choose(DEPUTY);
  await lead.press('Ask them');
  await until('the page to say whom the lead has asked', async () => {
    await lead.page.reload();
    return (await lead.text()).includes(`asks ${DEPUTY} to take this`);
  });
  await lead.look('alert-asked', NAMES);
  assert.ok(!here.it.states('INV-2').includes('acknowledged'), 'to be asked is not to have it');

  const deputy = await here.person();
  await deputy.signIn(DEPUTY);
  await deputy.read(nameOf(NOAH));
  await deputy.press('I have this');
  await until('the force to see that somebody has it', () => here.it.states('INV-2').includes('acknowledged'));
});

test('whoever knows the family passes it on unread', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.follow(nameOf(TAMSIN));
  await lead.unfold('Yes, a colleague should take it');
  await lead.press('Ask them to take it');
  await lead.page.getByRole('alert').getByText('There is a problem').waitFor();
  await lead.look('who-known-nobody', NAMES);
  await lead.choose(DEPUTY);
  await lead.look('who-known', NAMES);
  await lead.press('Ask them to take it');
  await lead.page.getByRole('heading', {name: 'Today'}).waitFor();
  await lead.seesCard('With a colleague', nameOf(TAMSIN));
  assert.ok(!here.it.states('INV-3').includes('opened'), 'it was opened by whoever was not to');
});

test('not our pupil: the copy is destroyed, and who said so stands', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.follow(nameOf(IDRIS));
  assert.equal(await lead.heading(), 'Is this child your pupil?');
  assert.ok(!(await lead.text()).includes('door being broken'));
  await lead.unfold('Not our pupil');
  await lead.type('The child’s new school, if you know it', 'Oak Vale Academy');
  await lead.press('Not our pupil');
  await lead.page.getByRole('alert').getByText('There is a problem').waitFor();
  await lead.look('not-ours-why', NAMES);
  assert.equal(await lead.page.getByLabel('The child’s new school, if you know it').inputValue(), 'Oak Vale Academy');
  await lead.choose('The child has left');
  await lead.look('not-ours', NAMES);
  await lead.press('Not our pupil');
  await lead.page.getByRole('heading', {name: 'Today'}).waitFor();
  await lead.cardsUnder('Is this your pupil?').filter({hasText: nameOf(IDRIS)}).waitFor({state: 'detached'});
  await until('the copy to be destroyed', () =>
    here.school.inbox().alerts.some((alert) => alert.refused_at || alert.state === 'redirected'));
});

test('our pupil, whom no roll shows: the rest comes once somebody says so', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.follow(nameOf(MAREN));
  await lead.press('Yes, our pupil');
  const rest = lead.page.getByRole('button', {name: 'No, show me'});
  await until('the rest to come', async () => {
    await lead.page.reload();
    return rest.isVisible();
  });
  await lead.click(rest);
  await lead.sees('door being broken');
  await lead.press('I have this');
  await until('the force to see that somebody has it', () => here.it.states('INV-5').includes('acknowledged'));
});
