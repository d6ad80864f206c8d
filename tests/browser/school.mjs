// The school's machine: its daemon, who is enrolled there, and where its page is.

import {existsSync} from 'node:fs';
import {PASSPHRASE} from './invented.mjs';
import {attempt, run, Running} from './programs.mjs';
import {until} from './until.mjs';

export class School {
  constructor(installation, port) {
    this.installation = installation;
    this.state = installation.file('school');
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  command(args, input) { return run('firstbell-school', [...args, '--state', this.state], input); }
  // However it ends: {code, out, err}.
  attempt(args, state = this.state) { return attempt('firstbell-school', [...args, '--state', state]); }

  // Without the browser: as the operator's instructions say.
  enrolDevice() { this.command(['enrol', '--code-file', '-'], this.installation.codeFor('--device')); }
  enrolPerson(role, name) {
    const passphrase = this.installation.write('passphrase', PASSPHRASE + '\n');
    const code = this.installation.codeFor('--person', role, '--name', name);
    return JSON.parse(this.command(['enrol', '--code-file', '-', '--passphrase-file', passphrase, '--json'], code));
  }

  async start(...more) {
    this.daemon = new Running('firstbell-school', ['run', '--state', this.state, '--port', String(this.port), ...more],
        this.installation.file('logs/school.log'));
    await until('the page to answer', () => fetch(this.url + '/', {redirect: 'manual'}).then(() => true, () => false));
  }

  async stop(signal) {
    if (this.daemon) await this.daemon.stop(signal);
    this.daemon = null;
  }

  inbox() { return JSON.parse(this.command(['inbox', 'list', '--json'])); }
  async shown(count) {
    return until(`${count} alerts to be shown`, () => {
      const {alerts} = this.inbox();
      return alerts.length >= count && alerts;
    });
  }
  // Once the daemon has been given the keys of everyone and the broker knows its people.
  async linked() {
    await until('the school to be linked', () =>
      existsSync(this.state) && this.inbox().link && this.inbox().link.state === 'up');
  }
  // Before a simulated clock leaps: whom the log has not borne out ten minutes later is a stranger, and
  // it is signed twice a second.
  async borneOut(count) {
    await until(`the log to bear out ${count} people`, () => {
      const {people} = JSON.parse(this.command(['inbox', 'people', '--json']));
      return people.length >= count && people.every((one) => one.in_log === 'yes');
    });
  }
}
