// Whoever looks after the machine: what keeps it from its work, a copy of what the school wrote down,
// and a machine that is lost. None of it names a child.

import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {test} from 'node:test';
import {incidentAbout, MIA, nameOf, PASSPHRASE} from './invented.mjs';
import {until} from './until.mjs';
import {DEPUTY, enrolled, LEAD, morning, world} from './world.mjs';

const WRITTEN = 'Quiet all morning.';
const NO_NAME = 'abc.onion';  // which nobody's DNS is asked for (RFC 7686)

let said = '';  // by every command of this file

const here = world(async (it) => {
  await enrolled(it);
  it.submit(incidentAbout([MIA], 'INV-1'));
  await morning(it, 1);
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(MIA));
  await lead.press('I have this');
  await lead.openChild(nameOf(MIA));
  await lead.choose('Breakfast');
  await lead.press('Write it down');
  await lead.sees('Done: Breakfast');
  await lead.answer('Add a concern', {'What was seen or heard?': WRITTEN}, 'Write it down');
  await lead.sees(WRITTEN);
});

// A command as it is typed on the school's machine.
function typed(args, state = here.school.state) {
  const done = here.school.attempt(args, state);
  said += done.out + done.err;
  return done;
}

// What the doctor says, by subject.
function doctor(state) {
  const done = typed(['doctor', '--json'], state);
  const lines = done.out.trim().split('\n').map((line) => JSON.parse(line));
  return {code: done.code, ...Object.fromEntries(lines.map(({subject, ...rest}) => [subject, rest]))};
}

function filesIn(directory) {
  return readdirSync(directory, {recursive: true}).map((name) => join(directory, name))
      .filter((path) => statSync(path).isFile()).sort();
}

// Whatever stands in a directory; a lock file says nothing.
const contentOf = (directory) => filesIn(directory).filter((path) => !path.endsWith('.lock'))
    .map((path) => path + ' ' + createHash('sha256').update(readFileSync(path)).digest('hex'));

function alter(path) {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(path, bytes);
}

function refused(args, words) {
  const before = contentOf(here.school.state);
  const {code, out, err} = typed(args);
  assert.equal(code, 1, out + err);
  assert.match(err, words);
  assert.deepEqual(contentOf(here.school.state), before, 'something was changed');
}

test('the doctor finds a machine well that is', () => {
  const found = doctor();
  assert.equal(found.code, 0, JSON.stringify(found));
  for (const subject of ['enrolment', 'the store', 'what the school wrote down', 'certificates', 'the network',
    'the daemon', 'the page', 'the link']) {
    assert.equal(found[subject].health, 'good', `${subject}: ${found[subject].text}`);
  }
  const {code, out} = typed(['doctor']);
  assert.equal(code, 0);
  assert.match(out, /^good {2}the daemon: runs$/m);
  assert.match(out, /^good {2}the link: up$/m);
  assert.doesNotMatch(out, /^BAD/m);
});

test('a broker that is away is named, and the daemon that is', async () => {
  await here.it.killBroker();
  const address = here.it.link.replace('tcp://', '');
  const without = doctor();
  assert.equal(without.code, 1);
  assert.equal(without['the network'].health, 'bad');
  assert.ok(without['the network'].text.startsWith(`${address} answers that nothing listens there`),
      without['the network'].text);
  assert.equal(without['the store'].health, 'good');
  await until('the link to be down', () => doctor()['the link'].text.startsWith('down; the broker was last heard'));

  await here.it.startBroker();
  await here.school.linked();
  await here.school.stop();
  const stopped = doctor();
  assert.equal(stopped.code, 1);
  assert.match(stopped['the daemon'].text, /^does not run, so that nothing comes in: systemctl start/);
  assert.equal(stopped['the network'].health, 'good');
});

test('a page whose port another program has is named', async () => {
  const other = createServer();
  await new Promise((resolve) => other.listen(here.school.port, '127.0.0.1', resolve));
  const refused = typed(['run', '--port', String(here.school.port)]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /is the port taken\? Give another with --port/);
  const found = doctor();
  assert.equal(found.code, 1);
  assert.match(found['the page'].text, /^the daemon could not have the port of http:/);
  await new Promise((resolve) => other.close(resolve));
});

test('a broker whose name is not resolved is named', () => {
  const elsewhere = here.it.file('elsewhere');
  cpSync(here.school.state, elsewhere, {recursive: true});
  const enrolment = join(elsewhere, 'device/enrolment.pb');
  const before = readFileSync(enrolment, 'latin1');
  const after = before.replace(here.it.link, here.it.link.replace('127.0.0.1', NO_NAME));
  assert.notEqual(after, before);
  writeFileSync(enrolment, after, 'latin1');
  const {code, out} = typed(['doctor'], elsewhere);
  assert.equal(code, 1);
  assert.match(out, new RegExp(`^BAD {3}the network: the name in ${NO_NAME}:[0-9]+ is not resolved: check`, 'm'));
});

test('a machine that has nothing yet is told how to begin', () => {
  const {code, err} = typed(['doctor'], here.it.file('nothing'));
  assert.notEqual(code, 0);
  assert.match(err, /enrol/);
});

test('what was written down comes back from a backup on another machine', async () => {
  const backup = here.it.file('backup'), state = here.school.state;
  await here.school.start();
  const made = typed(['backup', backup]);  // while the daemon runs
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^The backup is made: URN 100001, .*, 2 people\.$/m);
  assert.equal(typed(['restore', backup, '--check']).code, 0);
  const again = typed(['backup', backup]);
  assert.equal(again.code, 1);
  assert.match(again.err, /is there already: give another name/);
  refusedWhileItRuns(backup);
  await here.school.stop();
  refused(['restore', backup], /there are records here, which would be lost/);
  const rows = JSON.parse(typed(['verify', '--json']).out).rows;
  assert.ok(rows >= 4, `${rows} rows`);

  rmSync(state, {recursive: true});
  here.school.enrolDevice();
  const damaged = here.it.file('damaged');
  cpSync(backup, damaged, {recursive: true});
  alter(join(damaged, 'records.sqlite'));
  refused(['restore', damaged], /this backup is not whole: records\.sqlite was altered\. Use another/);
  refused(['restore', damaged, '--check'], /records\.sqlite was altered/);
  rmSync(join(damaged, 'records.sqlite'));
  refused(['restore', damaged], /this backup is not whole: records\.sqlite is missing/);

  const restored = typed(['restore', backup]);
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.out, /^The backup is restored: URN 100001, .*, 2 people\.$/m);
  const whole = typed(['verify']);
  assert.equal(whole.code, 0, whole.err);
  assert.match(whole.out, new RegExp(`^What this device keeps is whole\\. The school has written down ${rows} rows`));
});

// The records of a machine that runs are not those of another moment.
function refusedWhileItRuns(backup) {
  const {code, err} = typed(['restore', backup]);
  assert.equal(code, 1);
  assert.match(err, /the daemon runs on this state directory: stop it first/);
}

test('its people sign in as they did, and read what they wrote', async () => {
  await here.school.start();
  await here.school.linked();
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.openChild(nameOf(MIA));
  await lead.sees('Done: Breakfast');
  await lead.sees(WRITTEN);
  await lead.unfold('What the police said');
  await lead.sees('door being broken');
  const found = doctor();
  assert.equal(found.code, 0, JSON.stringify(found));
});

test('each row is signed by who wrote it', () => {
  const passphrase = here.it.write('passphrase', PASSPHRASE + '\n');
  const {people} = JSON.parse(here.school.command(['inbox', 'people', '--json']));
  const idOf = (name) => people.find((one) => one.display_name === name).recipient_id;
  const verify = (name) =>
    typed(['verify', '--signatures', '--person', idOf(name), '--passphrase-file', passphrase]);
  const whole = verify(LEAD);
  assert.equal(whole.code, 0, whole.err);
  assert.match(whole.out, /; each is signed by who wrote it\.$/m);
  const deputy = verify(DEPUTY);  // who is not let in
  assert.equal(deputy.code, 1);
  assert.match(deputy.err, /you are not let in to this school's records/);
});

test('neither what was said nor what was copied names the child', () => {
  const texts = {'what was said': said};
  for (const path of filesIn(here.it.file('backup'))) texts[path] = readFileSync(path, 'latin1');
  assert.ok(Object.keys(texts).length > 3);
  for (const [where, text] of Object.entries(texts)) {
    for (const words of [nameOf(MIA), MIA.family, MIA.born, WRITTEN, 'Breakfast']) {
      assert.ok(!text.includes(words), `${words} stands in ${where}`);
    }
  }
  for (const word of MIA.given.split(' ')) assert.ok(!said.includes(word), word);
});
