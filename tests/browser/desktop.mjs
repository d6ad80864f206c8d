// A person's desktop: a screen that nobody sees, a session bus, of which all is overheard that asks
// for a notification, and Debian's dunst, which shows them there and says which.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {run, Running} from './programs.mjs';
import {until} from './until.mjs';

const SCREEN = '640x200x24';

export class Desktop {
  static async start(installation) {
    const made = new Desktop(installation);
    await made.begin();
    return made;
  }

  constructor(installation) { Object.assign(this, {installation, programs: [], env: {...process.env}}); }

  logOf(program) { return this.installation.file(`logs/${program}.log`); }
  said(program) { return readFileSync(this.logOf(program), 'utf8'); }

  async begin() {
    // Takes a number that no other screen has.
    this.spawn('Xvfb', ['-displayfd', '1', '-screen', '0', SCREEN, '-nolisten', 'tcp']);
    this.env.DISPLAY = ':' + await this.told('Xvfb', /^(\d+)$/m);
    this.spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address',
      '--address=unix:dir=' + this.installation.directory]);
    this.env.DBUS_SESSION_BUS_ADDRESS = await this.told('dbus-daemon', /^(unix:\S+)$/m);
    this.spawn('dbus-monitor', ['--session', "type='method_call',interface='org.freedesktop.Notifications',member='Notify'"]);
    await this.told('dbus-monitor', /(NameAcquired)/);
    this.spawn('dunst', ['-print']);
    await until('the desktop to show notifications', () =>
      run('/usr/bin/dbus-send', ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/',
        'org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.Notifications'], '', this.env).includes('true'));
  }

  spawn(program, args, path = '/usr/bin/' + program) {
    const running = new Running(path, args, this.logOf(program), this.env);
    this.programs.unshift(running);
    return running;
  }

  async told(program, words) {
    return (await until(`${program} to say ${words}`, () => words.exec(this.said(program))))[1];
  }

  // As firstbell-notify.desktop starts it.
  watch(port) { return this.spawn('firstbell-notify', ['watch', '--port', String(port)], 'firstbell-notify'); }
  notify(...args) { return run('firstbell-notify', args, '', this.env); }

  // The notifications that were shown until now, as the desktop had them.
  shown() { return this.said('dunst').split(/^\{$/m).slice(1); }
  // What the desktop was asked for each of them, with the hints of which dunst says nothing.
  asked() { return this.said('dbus-monitor').split(/^method call .* member=Notify$/m).slice(1); }
  picture(name) { run('/usr/bin/maim', [join(process.env.FIRSTBELL_OUT, name + '.png')], '', this.env); }

  async end() {
    for (const program of this.programs) await program.stop();
  }
}
