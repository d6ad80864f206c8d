// Whoever means ill: another page in the same browser, another program on the same machine, a thief of
// a cookie, staff who would read more, and script in every text. Each is refused, and what they sent
// stands in no log.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {connect} from 'node:net';
import {dirname, resolve} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {incidentAbout, MIA, nameOf, PASSPHRASE} from './invented.mjs';
import {send, signInBy, tokenOf} from './wire.mjs';
import {enrolled, LEAD, morning, world} from './world.mjs';

const SITE = resolve(dirname(fileURLToPath(import.meta.url)), '../../clients/school/web/site.cc');
const TEACHER = 'Cleo Ashdown';
const MARK = 'zqxfirefly';  // in whatever is sent: a log that holds it holds what was sent
const ENDLESS = 64 * 1024 * 1024;  // bytes
const SCRIPT = `<script>alert("${MARK}")</script><img src=x onerror=alert(1)>"'><svg onload=alert(2)>{{form}}`;

const texts = {nature: SCRIPT, risk: {scheme: SCRIPT, level: SCRIPT},
  contact: {nameOrRole: SCRIPT, telephone: '020 7946 0999'}};
const ofChild = {account: SCRIPT, whereInHome: SCRIPT,
  voice: {spokenTo: 'SPOKEN_TO_YES', whatWasSaid: SCRIPT, whatWasShown: SCRIPT, whoElseWasThere: SCRIPT,
    howTheChildCommunicates: SCRIPT},
  collection: {mayCollect: [SCRIPT], mayNotCollect: [SCRIPT], ordersInForce: [SCRIPT]},
  support: {referralMade: true, referralTo: SCRIPT, socialWorker: SCRIPT, inPlace: SCRIPT},
  needs: {interpreterLanguage: SCRIPT, send: SCRIPT, culture: SCRIPT},
  handling: {parentContact: 'PARENT_CONTACT_NONE', childAwareness: 'CHILD_AWARENESS_HIDDEN', further: [SCRIPT]}};

let alert, child, code, leadId, staffId;

const here = world(async (it) => {
  await enrolled(it);
  it.takesReplies();
  it.submit(incidentAbout([MIA], 'INV-1', texts, ofChild));
  await morning(it, 1);
  alert = it.school.inbox().alerts[0].alert_id;
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.read(nameOf(MIA));
  await lead.openChild(nameOf(MIA));
  child = new URL(lead.page.url()).pathname;
  await lead.open('/people');
  await lead.type('A colleague’s name', TEACHER);
  await lead.press('Make a sign-in');
  code = await lead.page.locator('#staff-code').innerText();
  leadId = await personAt('/', LEAD);
  staffId = await personAt('/staff', TEACHER);
});

// The id of whoever is to be chosen there by that name.
async function personAt(path, name) {
  const page = (await send(here.school, path)).body;
  return new RegExp(`for="person-([0-9a-z]+)">${name},`).exec(page)[1];
}

const signedIn = () => signInBy(here.school, leadId, PASSPHRASE);
const post = (path, form, headers) => send(here.school, path, {form, headers});
const concerns = async ({cookie}) => (await send(here.school, child, {headers: {'Cookie': cookie}})).body;

// Every way to a page that site.cc knows: none is forgotten that comes later.
function routes(method, access) {
  const known = readFileSync(SITE, 'utf8').matchAll(/\{"(GET|POST)", "([^"]+)", Access::k(\w+),/g);
  return [...known].filter(([, verb, , who]) => verb === method && who === access)
      .map(([, , pattern]) => pattern.replace('/alert/*', '/alert/' + alert).replace('/child/*', child)
          .replace('*', staffId));
}

test('a form of another page, or without the session’s token, does nothing', async () => {
  const lead = await signedIn();
  const form = {form: lead.token, text: MARK + ' forged'};
  const concern = child + '/concern';
  const origins = ['http://zqxfirefly.example', 'null', `http://localhost:${here.school.port}`,
    `https://127.0.0.1:${here.school.port}`, `http://127.0.0.1:${here.school.port}.zqxfirefly.example`, ''];
  for (const origin of origins) {
    const answer = await post(concern, form, {'Cookie': lead.cookie, 'Origin': origin});
    assert.equal(answer.status, 403, origin);
  }
  for (const token of ['', 'x', lead.token + 'x', tokenOf((await send(here.school, '/')).body)]) {
    assert.equal((await post(concern, {...form, form: token}, {'Cookie': lead.cookie})).status, 403);
  }
  for (const type of ['text/plain', 'application/json', 'multipart/form-data; boundary=x']) {
    assert.equal((await post(concern, form, {'Cookie': lead.cookie, 'Content-Type': type})).status, 415, type);
  }
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const answer = await send(here.school, concern, {method, headers: {'Cookie': lead.cookie}});
    assert.equal(answer.status, 405, method);
  }
  assert.ok(!(await concerns(lead)).includes(MARK + ' forged'));
});

test('in a browser, the page of another origin can neither frame it nor send its forms', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.seesHeading('Today');
  const other = await lead.context.newPage();
  await other.route('http://zqxfirefly.example/', (route) => route.fulfill({contentType: 'text/html',
    body: `<title>another</title><iframe src="${here.school.url}/"></iframe>` +
        `<form method="post" action="${here.school.url}${child}/concern"><input name="text" value="${MARK} forged"></form>`}));
  await other.goto('http://zqxfirefly.example/');
  await other.locator('iframe').waitFor();
  const framed = other.frames().filter((frame) => frame.parentFrame());
  for (const frame of framed) assert.ok(!(await frame.content()).includes('Firstbell'), 'it stands in a frame');
  const [answer] = await Promise.all([
    other.waitForResponse((response) => response.request().method() === 'POST'),
    other.evaluate(() => document.forms[0].submit()),
  ]);
  assert.equal(answer.status(), 403);
  await other.close();
});

test('a name that was bound to this machine is not this page', async () => {
  const lead = await signedIn();
  const {port} = here.school;
  for (const host of [`zqxfirefly.example:${port}`, `localhost:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`,
    `[::1]:${port}`, `127.0.0.1:${port}.zqxfirefly.example`]) {
    const answer = await send(here.school, child, {headers: {'Cookie': lead.cookie, 'Host': host}});
    assert.equal(answer.status, 421, host);
    assert.ok(!answer.body.includes(MIA.family) && !answer.body.includes(MARK));
  }
});

test('a cookie that was stolen opens nothing once its owner has locked', async () => {
  const lead = await signedIn();
  const stolen = {'Cookie': lead.cookie};
  assert.equal((await send(here.school, child, {headers: stolen})).status, 200);
  assert.equal((await post('/lock', {form: lead.token}, stolen)).status, 303);
  const page = await send(here.school, child, {headers: stolen});
  assert.deepEqual([page.status, page.headers.location], [303, '/']);
  for (const path of ['/', '/children', '/alert/' + alert]) {
    assert.ok(!(await send(here.school, path, {headers: stolen})).body.includes(MIA.family), path);
  }
  const answer = await post(child + '/concern', {form: lead.token, text: MARK + ' stolen'}, stolen);
  assert.equal(answer.status, 403);
  assert.equal((await send(here.school, '/events', {headers: stolen})).status, 403);
  assert.ok(!(await concerns(await signedIn())).includes(MARK + ' stolen'));
});

test('no path leads to a file', async () => {
  const {cookie} = await signedIn();
  const up = ['..', '%2e%2e', '..%2f..', '%252e%252e', '..\\..', '....//'];
  for (const step of up) {
    for (const at of ['/assets/', '/child/', '/', '/alert/']) {
      const path = at + `${step}/`.repeat(6) + 'etc/passwd';
      const answer = await send(here.school, path, {headers: {'Cookie': cookie}});
      assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
      assert.ok(!answer.body.includes('root:'), path);
    }
  }
  for (const path of ['/assets/..%2finbox.js', '/assets/%00', `/child/${'x'.repeat(5000)}`, '/child/' + MARK + '%00']) {
    const answer = await send(here.school, path, {headers: {'Cookie': cookie}});
    assert.ok([400, 404, 414].includes(answer.status), `${path}: ${answer.status}`);
  }
});

test('a form that is far too long is refused, and the page goes on', async () => {
  const lead = await signedIn();
  const form = {form: lead.token, text: MARK.repeat(10000)};
  const headers = {'Cookie': lead.cookie};
  const chunked = {...headers, 'Transfer-Encoding': 'chunked'};
  assert.equal((await post(child + '/concern', form, headers)).status, 413);
  assert.equal((await post(child + '/concern', form, chunked)).status, 413);
  // Of what goes on and on no more is read: it may hang up before it was heard.
  const hangUp = (error) => ['EPIPE', 'ECONNRESET'].includes(error.code) ? {status: 413} : Promise.reject(error);
  const endless = {...form, text: MARK.repeat(1000000)};
  assert.equal((await post(child + '/concern', endless, headers).catch(hangUp)).status, 413);
  assert.equal((await post(child + '/concern', endless, chunked).catch(hangUp)).status, 413);
  const many = Object.fromEntries(Array.from({length: 5000}, (_, i) => [`f${i}`, 'x']));
  const answer = await post(child + '/concern', {...many, form: lead.token}, {'Cookie': lead.cookie});
  assert.ok([400, 413].includes(answer.status), String(answer.status));
  assert.ok(!(await concerns(lead)).includes(MARK + MARK));
});

// Sends that, and a line again and again until the page hangs up: how many bytes it took.
function sendOnAndOn(first, line) {
  return new Promise((resolve) => {
    const socket = connect(here.school.port, '127.0.0.1');
    const more = () => { while (socket.bytesWritten < ENDLESS && socket.write(line)); };
    socket.on('drain', more);
    socket.on('error', () => {});
    socket.on('close', () => resolve(socket.bytesWritten));
    socket.resume();
    socket.write(first);
    more();
  });
}

test('a head that does not end is read no further, and the page goes on', async () => {
  const line = `X-Line: ${MARK.repeat(100)}\r\n`;
  for (const first of [`GET / HTTP/1.1\r\nHost: 127.0.0.1:${here.school.port}\r\n`, 'GET /' + MARK.repeat(100000)]) {
    assert.ok(await sendOnAndOn(first, line) < ENDLESS);
  }
  assert.equal((await send(here.school, '/')).status, 200);
});

test('the pages of safeguarding people are closed to the cookie of staff', async () => {
  const staff = await signInBy(here.school, staffId, code, '/staff/sign-in', '/staff/sheet');
  const headers = {'Cookie': staff.cookie};
  const posted = routes('POST', 'Person'), shown = routes('GET', 'Person');
  assert.ok(posted.length > 30 && shown.length > 10, 'the routes are read from where they stand');
  for (const path of posted) {
    const form = {form: staff.token, text: MARK, person: leadId, reader: staffId, staff_name: MARK, words: MARK,
      sheet_name: MARK, adjustment: MARK, confirm: 'yes', how: 'here', said: 'seen', what: 'breakfast'};
    const answer = await post(path, form, headers);
    assert.equal(answer.status, 403, path);
    assert.ok(!answer.body.includes(MIA.family), path);
  }
  for (const path of shown) {
    const answer = await send(here.school, path, {headers});
    assert.deepEqual([answer.status, answer.headers.location], [303, '/staff/sheet'], path);
  }
  // And the other way round: whoever may read everything is not written down as staff.
  const lead = await signedIn();
  for (const path of routes('POST', 'Staff')) {
    assert.equal((await post(path, {form: lead.token, about: MARK, text: MARK}, {'Cookie': lead.cookie})).status, 403);
  }
});

// What only takes away has no text, and would leave less to look at.
const TAKES_AWAY = /\/(erase|refuse|remove|lift-pause|retire|take-off)$/;

// Fills whatever takes text, on every form of the page in turn, and sends it. How many there were.
async function fillEveryForm(person, path, text) {
  await person.open(path);
  const all = await person.page.locator('main form').evaluateAll((forms) => forms.map((form) => form.getAttribute('action')));
  const actions = [...new Set(all)].filter((action) => !TAKES_AWAY.test(action));
  for (const action of actions) {
    await person.open(path);
    const form = person.page.locator(`main form[action="${action}"]`).first();
    if (await form.count() === 0) continue;  // what was sent before has ended it
    const answered = person.page.waitForEvent('load');
    await form.evaluate((element, words) => {
      for (const field of element.querySelectorAll('textarea, input[type=text]')) field.value = words;
      for (const field of element.querySelectorAll('input[type=date]')) {
        field.value = field.name === 'review' ? '2026-04-01' : '2026-03-03';
      }
      const other = element.querySelector('input[value=other]');
      if (other) other.checked = true;
      // One's own words are their own note; and what is of the list has none.
      const chosen = element.querySelector('select[name=what]');
      const needless = element.querySelector(other || chosen?.value === 'other' ? '[name=note]' : '[name=other]');
      if (needless) needless.value = '';
      element.requestSubmit();
    }, text);
    await answered;
  }
  return actions.length;
}

async function runsNothing(person, path) {
  await person.open(path);
  for (const fold of await person.page.locator('summary').all()) await fold.click();
  assert.equal(await person.page.locator('main script, main img, main svg').count(), 0, path);
  assert.ok((await person.page.locator('main').textContent()).includes(SCRIPT), `it stands at ${path} as it was written`);
}

// A person's trouble has every dialog and whatever the browser would not run: it is looked at as they
// leave.
test('script in every text, the force’s and the school’s, stays text', async () => {
  const lead = await here.person();
  await lead.signIn(LEAD);
  await lead.seesHeading('Today');
  await lead.open(child);  // the list would load itself again between what is sent here
  const staff = await here.person();
  await staff.signInAsStaff(TEACHER, code);
  await staff.seesHeading('The sheet for today');
  let forms = await fillEveryForm(staff, '/staff/concern', SCRIPT);
  for (const path of [child, child + '/passport', '/catalogue', '/sheet', '/people', '/children', '/concerns',
    '/alert/' + alert]) {
    forms += await fillEveryForm(lead, path, SCRIPT);
  }
  assert.ok(forms > 20, `${forms} forms`);
  await lead.open(child);
  await lead.choose('Breakfast');
  const more = await lead.unfolded('Who, what came of it');
  await more.getByLabel('Note', {exact: true}).fill(SCRIPT);
  await lead.click(lead.page.getByRole('button', {name: 'Write it down', exact: true}).first());
  await lead.sees('Done: Breakfast');
  for (const rows of [child, child + '?show=file']) {
    await lead.open(rows);
    const links = await lead.page.getByRole('link', {name: /^Correct this/}).evaluateAll((all) =>
      all.map((link) => link.getAttribute('href')));
    for (const link of links) await fillEveryForm(lead, link, SCRIPT);
  }
  const everywhere = [child, child + '?show=told', child + '?show=file', child + '/passport', '/catalogue', '/sheet',
    '/people', '/children', '/', '/alert/' + alert];
  for (const path of everywhere) await runsNothing(lead, path);
  await runsNothing(staff, '/staff/sheet');
  await staff.press('Lock');
  await staff.seesHeading('Sign in: the sheet for staff');
  await runsNothing(staff, '/staff');
  await lead.open(child);
  const text = await lead.page.locator('main').textContent();
  assert.ok(text.split(SCRIPT).length > 12, 'it stands there as it was written');
});

test('the passphrase of staff cannot be guessed: after some tries there is a pause, for them alone', async () => {
  const form = async (passphrase) => ({form: tokenOf((await send(here.school, '/staff')).body), person: staffId, passphrase});
  const answers = [];
  for (let i = 0; i < 5; ++i) {
    answers.push((await post('/staff/sign-in', await form(`${MARK} ${i}`))).status);
  }
  assert.deepEqual(answers, [403, 403, 403, 429, 429]);
  assert.equal((await post('/staff/sign-in', await form(code))).status, 429, 'the right one has to wait as well');
  await signedIn();
  for (const person of ['', 'x', leadId, `${staffId}' OR 1=1`]) {
    const tried = await post('/staff/sign-in', {...await form(code), person});
    assert.equal(tried.status, 403, person);
    assert.equal(tried.headers['set-cookie'], undefined);
  }
});

test('the log holds nothing of what was sent', async () => {
  const log = readFileSync(here.it.file('logs/school.log'), 'utf8');
  for (const why of ['a form of another page', 'another host than this page\'s', 'a form that is not of this session',
    'not a form', 'neither GET nor POST', 'longer than a form can be, or cut short', 'there is no such page',
    'nobody is signed in', 'not theirs to do', 'no request that can be read',
    'a wrong passphrase or recovery code', 'too many tries']) {
    assert.ok(log.includes(`a request was refused why=${why} user=${process.getuid()}\n`), why);
  }
  for (const never of [MARK, code, PASSPHRASE, MIA.family, MIA.given, 'etc/passwd', 'OR 1=1', 'script']) {
    assert.ok(!log.toLowerCase().includes(never.toLowerCase()), never === PASSPHRASE ? 'a passphrase' : never);
  }
});
