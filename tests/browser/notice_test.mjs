// The notification on a desktop: that something waits, and nothing else.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {after, test} from 'node:test';
import {Desktop} from './desktop.mjs';
import {incidentAbout, MIA, nameOf, NOAH, SCHOOL, TAMSIN} from './invented.mjs';
import {run} from './programs.mjs';
import {until} from './until.mjs';
import {send} from './wire.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

// Where the notifier looks: what it asks is asked of the school's page, and is counted. Where nothing
// answers there, nothing does here.
let polls = 0;
const passedOn = createServer(({url, socket}, response) => {
  ++polls;
  send(here.school, url).then(({status, body}) => response.writeHead(status).end(body), () => socket.destroy());
});

let desktop;
const here = world(async (it) => {
  await new Promise((listening) => passedOn.listen(0, '127.0.0.1', listening));
  desktop = await Desktop.start(it);
  await enrolled(it);
});
after(() => passedOn.close());
after(() => desktop && desktop.end());

// Until so many polls that began after this are done with: the next begins then.
async function polled(count) {
  const before = polls;
  await until(`${count} polls`, () => polls > before + count);
}

const NEW = 'Something new waits in Firstbell.';
const shownNow = (count) => until(`${count} notifications`, () => desktop.shown().length >= count);

test('a desktop that shows none says so, and one that does is tried with a word', () => {
  const nowhere = {...desktop.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent'};
  assert.throws(() => run('firstbell-notify', ['test'], '', nowhere), /shows no notification/);
  assert.match(desktop.notify('test'), /^Shown\./);
  assert.match(desktop.shown()[0], /This is a test/);
});

test('what is amiss is said once, and it goes on', async () => {
  await here.school.stop();
  desktop.watch(passedOn.address().port);
  await polled(2);
  await here.school.start();
  await polled(1);
  assert.equal(desktop.said('firstbell-notify').match(/nothing answers/g).length, 1);
});

test('it appears when something new waits, and names nobody', async () => {
  here.it.submit(incidentAbout([MIA, NOAH], 'INV-1'));
  await until('both to be kept', () =>
    readFileSync(here.it.file('logs/school.log'), 'utf8').match(/a sealed alert is kept/g)?.length === 2);
  await polled(1);
  assert.equal(desktop.shown().length, 1, 'in the night there is nothing to tell');
  await morning(here.it, 2);
  await shownNow(2);
  const [, notice] = desktop.shown();
  assert.ok(notice.includes(NEW), notice);
  assert.ok(notice.includes(`http://127.0.0.1:${passedOn.address().port}/`));
  desktop.picture('notification');
});

test('once somebody has it, it is not said again, but of the next', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  for (const child of [MIA, NOAH]) {
    await lead.read(nameOf(child));
    await lead.press('I have this');
    await lead.seesHeading('Has the child come to school?');
  }
  await until('nothing to wait any more', async () =>
    (await (await fetch(here.school.url + '/pulse')).json()).waiting === 0);
  await polled(1);
  assert.equal(desktop.shown().length, 2);
  here.it.submit(incidentAbout([TAMSIN], 'INV-2', {urgent: true}));
  await here.school.shown(3);
  await shownNow(3);
  assert.ok(desktop.shown()[2].includes(NEW));
  const all = [...desktop.shown(), ...desktop.asked()].join().toLowerCase();
  for (const word of [...[MIA, NOAH, TAMSIN].flatMap((child) => nameOf(child).split(' ')), SCHOOL.name, 'police',
    'alert', 'child', 'urgent', 'incident']) {
    assert.ok(!all.includes(word.toLowerCase()), word);
  }
});

test('each asks for a sound', () => {
  assert.equal(desktop.asked().length, desktop.shown().length);
  for (const asked of desktop.asked()) assert.match(asked, /"sound-name"\s+variant\s+string "message-new-instant"/);
});
