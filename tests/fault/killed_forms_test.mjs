// The school's daemon is killed at any moment around a form that somebody sends: before it came, while
// it is written, after it was answered. They sign in again and send it again, as often as it takes.
// What was answered stands there once, nothing stands twice, and the school's records are whole.
//
// node killed_forms_test.mjs BIN [SEED]; the seed is printed, and gives the same moments again (but
// the machine's).

import assert from 'node:assert/strict';
import {resolve} from 'node:path';
import {performance} from 'node:perf_hooks';
import {test} from 'node:test';
import {Installation} from '../browser/installation.mjs';
import {incidentAbout, MIA, NOAH, PASSPHRASE, TAMSIN} from '../browser/invented.mjs';
import {until} from '../browser/until.mjs';
import {send, signInBy, tokenOf} from '../browser/wire.mjs';
import {DEPUTY, enrolled, LEAD, morning} from '../browser/world.mjs';

const CHILDREN = [MIA, NOAH, TAMSIN];
const MOST_TRIES = 10;  // of one form: it is killed once
const BEFORE_MS = 2, AFTER_MS = 4;  // around a request
const AROUND_MS = 2;                // its answer, about which it is written

const [, , bin, given] = process.argv;
process.env.FIRSTBELL_BIN = resolve(bin);
const seed = Number(given || process.env.FIRSTBELL_SEED || Math.floor(Math.random() * 2 ** 31));

// mulberry32: the same numbers of a seed everywhere.
let state = seed;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

// As the daemon draws them: 26 characters of Crockford's base 32, of 16 bytes.
function draftId() {
  const letters = '0123456789abcdefghjkmnpqrstvwxyz';
  let bits = 0n;
  for (let i = 0; i < 16; ++i) bits = (bits << 8n) | BigInt(Math.floor(random() * 256));
  bits <<= 2n;
  let id = '';
  for (let i = 0; i < 26; ++i, bits >>= 5n) id = letters[Number(bits & 31n)] + id;
  return id;
}

const occurrences = (text, words) => text.split(words).length - 1;

// The lead, who sends what a browser would, and after a crash signs in and sends it again.
class Lead {
  constructor(school, id, colleague) { Object.assign(this, {school, id, colleague}); }

  async signIn() { Object.assign(this, await signInBy(this.school, this.id, PASSPHRASE)); }
  async open(path) { return (await send(this.school, path, {headers: {'Cookie': this.cookie}})).body; }
  post(path, form) {
    return send(this.school, path, {form: {...form, form: this.token}, headers: {'Cookie': this.cookie}});
  }

  // From the alert to the page of the child; the alert is read on the way.
  async read(alert) {
    await this.post(`/alert/${alert}/read`, {});
    const found = /href="(\/child\/[0-9a-z]+)"/.exec(await this.open('/alert/' + alert));
    return found[1];
  }
}

// What is sent in turn to a child's page; `words` stand nowhere else.
const OF_A_CHILD = {
  action: (words) => ({what: 'breakfast', note: words, who: 'Ms Hazel'}),
  concern: (words) => ({text: words, where: 'in the hall'}),
  told: (words) => ({told_who: 'Mr Linden', told_what: words, told_why: 'He teaches the child.'}),
  sheet: (words) => ({sheet_name: 'A. Child', sheet_class: '3B', impact: 'tired', adjustment: words}),
  pause: (words) => ({speak_to: 'Ms Hazel', pause_note: words}),
  passport: (words) => ({needs: words, wish_who_0: 'Ms Hazel', wish_may_0: 'yes'}),
  kept: (words) => ({keep_until: '2041-05-04', review: '2027-03-03', decision: words}),
  correct: (words) => ({text: words, where: 'in the yard'}),
  move: (words, {elsewhere}) => ({text: words, where: 'in the yard', child: elsewhere.split('/').pop()}),
  filed: (words, {alert}) => ({alert, system: 'Invented Files', reference: words}),
  reviewed: (words, {before}) => ({reviews: before.form.draft, review_outcome: words}),
};
const KINDS = [...Object.keys(OF_A_CHILD), 'lift-pause', 'ask', 'pass-on', 'take', 'arrival', 'reply', 'refuse', 'offer',
  'retire'];
const ROUNDS = KINDS.length * CHILDREN.length;

// `page` is where the words can be read; what has none says itself by what it is `seen`.
const planFor = (kind, words, {child, ...with_}) =>
  ({kind, words, child, page: kind === 'kept' ? child + '?show=file' : child, path: `${child}/${kind}`,
    form: {...OF_A_CHILD[kind](words, with_), draft: draftId()}});
const offerOf = (words) =>
  ({kind: 'offer', words, page: '/catalogue', path: '/catalogue/add', form: {words, draft: draftId()}});
// As the alert’s own page says that it was signed.
const ACTS = {
  'ask': 'a colleague was asked to take it',
  'pass-on': 'a colleague was asked to take it',
  'arrival': 'the child has come',
  'reply': 'something was told to the police',
};
const heldAlert = ({school}, id) => school.inbox().alerts.find((alert) => alert.alert_id === id);
const offered = async (lead, words) => rowsOf(await lead.open('/catalogue')).find((row) => row.includes(words));

// What is answered before, as it has to be for what follows.
const KIND_BEFORE = {'reviewed': 'action', 'lift-pause': 'pause'};
const beforeOf = (kind, words, subject) =>
  kind === 'retire' ? offerOf(words) : planFor(KIND_BEFORE[kind] || 'concern', words, subject);

// What is signed of an alert, and may be signed again: it says so once more than before.
async function actPlan(kind, form, {lead, subject: {alert}}) {
  const times = async () => occurrences(await lead.open('/alert/' + alert), ACTS[kind]);
  const before = await times();
  return {path: `/alert/${alert}/${kind}`, form: {...form, draft: draftId()}, seen: async () => await times() > before};
}

// What says nothing of its own: of the alert, or it takes something away.
const WITHOUT_WORDS = {
  'ask': (it) => actPlan('ask', {colleague: it.lead.colleague}, it),
  'pass-on': (it) => actPlan('pass-on', {colleague: it.lead.colleague}, it),
  'take': ({lead, subject: {alert}}) => ({path: `/alert/${alert}/take`, form: {how: 'here'},
    seen: () => heldAlert(lead, alert).state === 'acknowledged'}),
  'arrival': (it) => actPlan('arrival', {said: 'seen'}, it),
  'reply': (it) => actPlan('reply', {about: 'concern', text: 'She asked to be called.'}, it),
  'refuse': ({lead, subject: {another}}) => ({path: `/alert/${another}/refuse`, form: {reason: 'left'},
    seen: () => Boolean(heldAlert(lead, another).refused_at)}),
  'lift-pause': ({lead, subject: {child}}) => ({path: child + '/lift-pause', form: {draft: draftId()},
    seen: async () => !(await lead.open(child)).includes(`action="${child}/lift-pause"`)}),
  'retire': async ({lead, before}) => {
    const [, item] = /name="item" value="([^"]+)"/.exec(await offered(lead, before.words));
    return {path: '/catalogue/retire', form: {item, draft: draftId()}, seen: async () => !await offered(lead, before.words)};
  },
};

async function planOf(kind, words, {lead, before, subject}) {
  if (WITHOUT_WORDS[kind]) return {kind, ...await WITHOUT_WORDS[kind]({lead, before, subject})};
  if (kind === 'offer') return offerOf(words);
  const plan = planFor(kind, words, {...subject, before});
  if (kind === 'move') plan.page = subject.elsewhere;
  return ['correct', 'move'].includes(kind) ? {...plan, path: `${subject.child}/correct/${before.form.draft}`} : plan;
}

const rowsOf = (page) => page.match(/<li class="fb-row">[^]*?<\/li>/g) || [];

// Kills the daemon `after` milliseconds from now: to the instant, which a timer of Node's is not.
async function killAfter(school, after) {
  const at = performance.now() + after;
  while (performance.now() < at) await new Promise((next) => setImmediate(next));
  await school.stop('SIGKILL');
}

// The status of the answer, or nothing where it was cut off.
const answerTo = (lead, {path, form}) => lead.post(path, form).then((answer) => answer.status, () => null);

// The status that the lead got, if any, where the daemon died about when it was asked; `usual` is how
// many milliseconds an answer takes.
async function sendAndKill(school, lead, plan, usual) {
  const anywhere = random() * (BEFORE_MS + usual + AFTER_MS) - BEFORE_MS;
  const aboutTheEnd = usual + (2 * random() - 1) * AROUND_MS;
  const moment = random() < 0.5 ? anywhere : aboutTheEnd;
  if (moment < 0) {
    await killAfter(school, -moment);
    return answerTo(lead, plan);
  }
  const [status] = await Promise.all([answerTo(lead, plan), killAfter(school, moment)]);
  return status;
}

// Once more, until it is said that it is done.
async function sendUntilDone(lead, plan) {
  for (let tries = 1; tries <= MOST_TRIES; ++tries) {
    const status = await answerTo(lead, plan);
    if (status === 303) return;
    assert.equal(status, null, `${plan.kind} was answered ${status}`);
  }
  assert.fail(`${plan.kind} was never answered`);
}

const isThere = async (lead, plan) => plan.seen ? plan.seen() : (await lead.open(plan.page)).includes(plan.words);

test(`a daemon that is killed around ${ROUNDS} forms loses and doubles none (seed ${seed})`, async () => {
  const it = await Installation.make();
  let failed = true;
  try {
    const found = await rounds(it);
    console.log(`seed ${seed}: ${JSON.stringify(found)}`);
    failed = false;
  } finally {
    await it.end(failed);
  }
});

async function rounds(it) {
  const {school} = it;
  await enrolled(it);
  it.takesReplies();
  CHILDREN.forEach((child, i) => it.submit(incidentAbout([child], `INV-${i + 1}`)));
  await morning(it, CHILDREN.length);
  const alerts = alertsOf(school);
  const page = (await send(school, '/')).body;
  const idOf = (name) => new RegExp(`for="person-([0-9a-z]+)">${name},`).exec(page)[1];
  const lead = new Lead(school, idOf(LEAD), idOf(DEPUTY));
  await lead.signIn();
  const subjects = await inTurn(alerts, async (alert) => ({alert, child: await lead.read(alert)}));
  subjects.forEach((subject, i) => { subject.elsewhere = subjects[(i + 1) % subjects.length].child; });
  await another(it, subjects);
  const plans = [], found = {unanswered: 0, lost: 0, kept: 0, answered: 0};
  for (let round = 0; round < ROUNDS; ++round) {
    const kind = KINDS[round % KINDS.length], subject = subjects[Math.floor(round / KINDS.length)];
    const before = beforeOf(kind, `before round ${round} of ${seed}`, subject);
    const usual = await timeOf(lead, before);
    const plan = await planOf(kind, `round ${round} of ${seed}, ${kind}`, {lead, before, subject});
    assert.ok(!await isThere(lead, plan), `${plan.kind} is there before it was sent`);
    const status = await killedRound(school, lead, plan, usual);
    const there = await isThere(lead, plan);
    if (status === 303) assert.ok(there, `${plan.kind} was answered, and is not there`);
    if (status === null) ++found.unanswered;
    if (status === 303) ++found.answered;
    if (status === null) ++found[there ? 'kept' : 'lost'];
    await sendUntilDone(lead, plan);
    plans.push(before, plan);
  }
  await judge(it, lead, plans, subjects);
  await erasures(it, lead, subjects);
  await school.stop();
  school.command(['verify']);
  return found;
}

const alertsOf = (school) => school.inbox().alerts.map((alert) => alert.alert_id);

// An alert beside each that there is: one that is not read, and is refused.
async function another(it, subjects) {
  CHILDREN.forEach((child, i) => it.submit(incidentAbout([child], `INV-${subjects.length + i + 1}`)));
  await it.school.shown(2 * subjects.length);
  const more = alertsOf(it.school).filter((alert) => !subjects.some((subject) => subject.alert === alert));
  subjects.forEach((subject, i) => { subject.another = more[i]; });
}

// The status of what was sent, if it was answered; the daemon runs again, and the lead is signed in.
async function killedRound(school, lead, plan, usual) {
  const status = await sendAndKill(school, lead, plan, usual);
  assert.ok([303, null].includes(status), `${plan.kind} was answered ${status}`);
  await school.start();
  await lead.signIn();
  return status;
}

async function inTurn(all, each) {
  const results = [];
  for (const one of all) results.push(await each(one));
  return results;
}

// How long a form takes just now, in milliseconds. It was answered: it stays, whatever comes.
async function timeOf(lead, plan) {
  const began = performance.now();
  assert.equal(await answerTo(lead, plan), 303);
  return performance.now() - began;
}

// How often words stand in all that the school has of its children. Whoever is put on the sheet is said
// to be so as well, "Told: All staff"; and who looks again at what was done repeats it. What was moved
// stands with the other child alone, in the words that were sent then.
function timesOf(plans, {kind, form}) {
  if (plans.some((plan) => plan.kind === 'move' && plan.path.endsWith('/' + form.draft))) return 0;
  return kind === 'sheet' || plans.some((plan) => plan.form.reviews === form.draft) ? 2 : 1;
}

const fileOf = async (lead, {child}) => (await lead.post(`${child}/export`, {as: 'json'})).body;

async function judge(it, lead, plans, subjects) {
  const files = (await inTurn(subjects, (subject) => fileOf(lead, subject))).join('\n');
  for (const plan of plans.filter((one) => one.words && one.child)) {
    assert.equal(occurrences(files, plan.words), timesOf(plans, plan), plan.words);
  }
  const sheet = await lead.open('/sheet');
  for (const {words} of plans.filter((plan) => plan.kind === 'sheet')) assert.equal(occurrences(sheet, words), 1, words);
  const catalogue = rowsOf(await lead.open('/catalogue'));
  for (const {words} of plans.filter((plan) => plan.kind === 'offer')) {
    const rows = catalogue.filter((row) => row.includes(words));
    assert.equal(rows.length, words.startsWith('before') ? 0 : 1, words);
  }
  await until('every receipt to reach the broker', () => it.school.inbox().unconfirmed_receipts === 0);
  for (const {alert, another} of subjects) {
    // It is sealed anew for a colleague who is asked: what the machine says of that, it says again.
    const answers = receiptsOf(it, alert).filter(({recipient, kind}) => recipient === lead.id && kind !== 'opened');
    assert.deepEqual(answers.map(({kind}) => kind).sort(), ['acknowledged', 'offered', 'offered', 'replied', 'seen']);
    assert.equal(receiptsOf(it, another).filter(({kind}) => kind === 'refused').length, 1);
    const page = await lead.open('/alert/' + alert);
    for (const [kind, times] of [['ask', 2], ['arrival', 1], ['reply', 1]]) assert.equal(occurrences(page, ACTS[kind]), times, kind);
  }
}

// Nothing that was erased comes back, and nothing is left of a file whose erasure was cut off.
async function erasures({school}, lead, subjects) {
  for (const {child} of subjects) {
    const plan = {kind: 'erase', path: `${child}/erase`, form: {confirm: 'yes'},
      seen: async () => !(await lead.open(child)).includes('the last')};
    const usual = await timeOf(lead, planFor('concern', 'the last', {child}));
    assert.ok(!await isThere(lead, plan), 'it is erased before that was sent');
    const status = await killedRound(school, lead, plan, usual);
    if (status === 303) assert.ok(await isThere(lead, plan), 'its erasure was answered, and it is there');
    await sendUntilDone(lead, plan);
    for (const words of ['the last', `of ${seed}`]) assert.ok(!(await lead.open(child)).includes(words), words);
  }
}

// What the broker's log has of an alert, as {kind, recipient}.
function receiptsOf(it, alert) {
  const {history} = JSON.parse(it.auditor('show', alert, '--json'));
  return history.map((entry) => JSON.parse(Buffer.from(entry.event, 'base64').toString()))
      .filter((event) => event.kind === 'receipt.recorded')
      .map((event) => ({kind: event.receipt, recipient: event.recipient}));
}
