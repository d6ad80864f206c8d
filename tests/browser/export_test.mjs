// A child's record as a file for the school's own system: PDF and JSON, what the police said left out
// unless it is asked for, and nobody's name in the file's name.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';
import {incidentAbout, MIA, nameOf} from './invented.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

const NAMES = [nameOf(MIA)];

const here = world(async (it) => {
  await enrolled(it);
  it.submit(incidentAbout([MIA], 'INV-1'));
  await morning(it, 1);
});

async function readingMia() {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(MIA));
  await lead.follow('What we did, and this child’s chronology');
  return lead;
}

async function file(lead) {
  const coming = lead.page.waitForEvent('download');
  await lead.press('Make the file');
  const download = await coming;
  return {name: download.suggestedFilename(), path: await download.path()};
}

const textOf = (path) => execFileSync('pdftotext', ['-layout', path, '-'], {encoding: 'utf8'});

test('the file has what was done, and what the police said only where it is asked for', async () => {
  const lead = await readingMia();
  await lead.choose('Breakfast');
  await lead.press('Write it down');
  await lead.sees('Done: Breakfast');
  const child = lead.page.url();
  await lead.follow('Hand it over as PDF or JSON');
  await lead.look('export', NAMES);

  const pdf = await file(lead);
  assert.equal(pdf.name, 'firstbell-record.pdf');
  const without = textOf(pdf.path);
  assert.ok(without.includes(nameOf(MIA)) && without.includes('Done: Breakfast'));
  assert.ok(without.includes('Left out of this copy: what the police said'));
  assert.ok(!without.includes('door being broken'));

  await lead.open(new URL(child).pathname + '/export');
  await lead.choose('JSON, for a program');
  await lead.page.getByRole('checkbox', {name: 'With what the police said'}).check();
  const json = await file(lead);
  assert.equal(json.name, 'firstbell-record.json');
  const record = JSON.parse(readFileSync(json.path, 'utf8'));
  assert.equal(record.child.name, nameOf(MIA));
  assert.ok(JSON.stringify(record.entries).includes('door being broken'));

  await lead.open(new URL(child).pathname);
  await lead.sees('Told: A copy of this record, as PDF');
  await lead.sees('Told: A copy of this record, as JSON');
});
