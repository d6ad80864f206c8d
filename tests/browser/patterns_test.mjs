// Patterns for the senior leader: a time that is over as charts, and nothing of one that goes on.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CLASS, incidentAbout, nameOf} from './invented.mjs';
import {until} from './until.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

const NAMES = CLASS.map(nameOf);

const here = world(async (it) => {
  await enrolled(it);
  CLASS.forEach((child, i) => it.submit(incidentAbout([child], `INV-${i + 1}`)));
  await morning(it, CLASS.length);
});

test('nothing is shown of a time that goes on', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  for (const child of CLASS) await lead.read(nameOf(child));
  await lead.press('I have this');
  await lead.press('Late, but here');
  await lead.sees('It was said');
  await lead.follow('Patterns');
  await lead.sees('None of this time has been opened');
  await lead.look('patterns-none', NAMES);
  await lead.follow('January to March');
  await lead.sees('This is shown from 1 May 2026');
  assert.equal(await lead.page.locator('figure').count(), 0);
  await lead.look('patterns-not-yet', NAMES);
});

test('once it is over, and a month more, it is drawn, and singles nobody out', async () => {
  here.it.setTime('2026-05-01 09:00');
  const lead = await here.person();
  await lead.signIn(LEAD);
  await until('May to come', async () => {
    await lead.open('/patterns');
    return (await lead.text()).includes('January to March, school year 2025 to 2026');
  });
  const text = await lead.text();
  assert.match(text, /Alerts\s+5\s+Children\s+5/, 'of six, rounded');
  for (const name of NAMES) assert.ok(!text.includes(name), name);
  const chart = (name) => lead.page.locator('figure', {has: lead.page.getByRole('heading', {name})});
  assert.match(await chart('Month by month').innerText(), /March 2026\s*: 5/);
  assert.match(await chart('By year group and weekday').innerText(), /Year 4/);
  assert.match(await chart('After an alert').innerText(), /Came late\s*: left out/, 'it was one child');
  assert.equal(await lead.page.locator('figure').count(), 5);
  await lead.look('patterns', NAMES);
});
