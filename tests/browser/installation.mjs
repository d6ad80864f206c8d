// A broker of the test's own on a simulated clock, with one school, its calendar and its roll; and
// those who speak to it: the operator, a force and an auditor.

import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {CALENDAR, PASSPHRASE, REGISTER, ROLL, SCHOOL} from './invented.mjs';
import {School} from './school.mjs';
import {freePorts, run, Running} from './programs.mjs';
import {until} from './until.mjs';

const HOLIDAYS =
    resolve(dirname(fileURLToPath(import.meta.url)), '../../deploy/demo/bank-holidays.json');

export class Installation {
  // In the evening before the night, with a running broker.
  static async make() {
    const made = new Installation(await freePorts(4));
    made.init();
    await made.startBroker();
    return made;
  }

  constructor([grpc, enrolment, link, page]) {
    this.directory = mkdtempSync(join(tmpdir(), 'firstbell-browser-'));
    this.grpc = `127.0.0.1:${grpc}`;
    this.enrolment = `127.0.0.1:${enrolment}`;
    this.link = `tcp://127.0.0.1:${link}`;
    this.school = new School(this, page);
    mkdirSync(this.file('logs'));
  }

  file(name) { return join(this.directory, name); }

  write(name, text) {
    writeFileSync(this.file(name), text, {mode: 0o600});
    return this.file(name);
  }

  init() {
    this.atRest('init', '--root-keys', this.file('root'), '--simulated-clock', '--clock', '2026-03-02 17:00',
        '--grpc', this.grpc, '--enrolment', this.enrolment, '--public-enrolment', this.enrolment,
        '--link', this.link, '--public-link', this.link, '--metrics', '', '--log', '');
    this.atRest('schools', 'import', this.write('schools.csv', REGISTER));
    this.atRest('bank-holidays', 'import', HOLIDAYS);
    this.atRest('calendar', 'import', this.write('calendar.csv', CALENDAR));
    this.atRest('roll', 'import', this.write('roll.csv', ROLL));
    this.atRest('certificate', 'issue', '--role', 'officer', '--force', 'examplebury', '--name', 'wren',
        '--out', this.file('officer'));
    this.atRest('certificate', 'issue', '--role', 'auditor', '--scope', 'named-national', '--name', 'invented',
        '--out', this.file('auditor'));
    for (const [role, name] of [['force', 'examplebury'], ['operator', 'invented']]) {
      this.atRest('certificate', 'issue', '--role', role, '--name', name, '--out', this.file(role));
    }
  }

  async startBroker() {
    this.broker = new Running('firstbell-broker', ['--data', this.file('data'), '--simulated-clock'],
        this.file('logs/broker.log'));
    await until('the broker to answer', () => {
      try {
        return this.operator('status');
      } catch {
        return '';
      }
    });
  }

  // As when the line to it is cut, or its machine loses power.
  async killBroker() { await this.broker.stop('SIGKILL'); }

  atRest(...args) { return run('firstbell-admin', [...args, '--data', this.file('data')]); }
  operator(...args) {
    return run('firstbell-admin', [...args, '--broker', this.grpc, '--identity', this.file('operator')]);
  }
  force(...args) {
    return run('firstbell-control', [...args, '--address', this.grpc, '--identity', this.file('force')]);
  }

  auditor(...args) {
    return run('firstbell-audit', [...args, '--address', this.grpc, '--identity', this.file('auditor'),
      '--state', this.file('audited')]);
  }

  // An officer of the force places by hand a child whom no roll shows: the school is asked first.
  placeByHand(reference) {
    run('firstbell-control', ['review', 'place', reference, 'c1', '--at', SCHOOL.urn, '--reason', 'family-confirmed',
      '--address', this.grpc, '--identity', this.file('officer')]);
  }

  // What the force tells whom, from now on.
  policy(text) { this.operator('policy', 'set', this.write('policy.toml', text), '--force', 'examplebury'); }

  // From now on schools can write back to the force: its desk has a key.
  takesReplies() {
    run('firstbell-control', ['desk', 'new-key', '--out', this.file('desk'),
      '--passphrase-file', this.write('desk-passphrase', PASSPHRASE + '\n')]);
    this.policy(`desk_certificate = ${JSON.stringify(this.file('desk/desk.pem'))}\n`);
  }
  // What a school has said back of an alert, as an officer reads it.
  replies(alert) {
    return run('firstbell-control', ['calls', 'replies', alert, '--key', this.file('desk'),
      '--passphrase-file', this.file('desk-passphrase'), '--address', this.grpc, '--identity', this.file('officer')]);
  }

  setTime(time) { this.operator('clock', 'advance', '--to', time); }
  // Who is enrolled, as the operator's list has them.
  recipients() {
    return this.operator('recipients', 'list', '--json').trim().split('\n').map((line) => JSON.parse(line));
  }
  codeFor(...who) { return JSON.parse(this.operator('enrol-code', SCHOOL.urn, ...who, '--json')).code; }
  submit(incident) { this.force('submit', this.write('incident.json', JSON.stringify(incident)), '--json'); }
  // The states of an incident's alerts, as the force sees them.
  states(reference) {
    const notices = JSON.parse(this.force('show', reference, '--json')).notices || [];
    return notices.map((notice) => notice.state.replace('ALERT_STATE_', '').toLowerCase());
  }

  // Everything stops. `failed`: the logs are shown, for whoever looks for the reason.
  async end(failed = false) {
    await this.school.stop();
    if (this.broker) await this.broker.stop();
    if (failed) {
      for (const log of ['broker', 'school']) {
        const file = this.file(`logs/${log}.log`);
        if (existsSync(file)) console.error(log, readFileSync(file, 'utf8'));
      }
    }
    rmSync(this.directory, {recursive: true, force: true});
  }
}
