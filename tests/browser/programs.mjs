// The real programs: run to their end, or kept running until they are stopped. Whatever still runs
// when this process ends is killed with it.

import {spawn, spawnSync} from 'node:child_process';
import {openSync} from 'node:fs';
import {createServer} from 'node:net';
import {resolve} from 'node:path';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

// One of ours by its name, one of the system's by its path.
const pathOf = (program) => resolve(process.env.FIRSTBELL_BIN, program);

// How the program ended, and what it said: {code, out, err}.
export function attempt(program, args, input, env = process.env) {
  const done = spawnSync(pathOf(program), args, {input, env, encoding: 'utf8', timeout: 60000});
  return {code: done.status, out: done.stdout, err: done.error ? String(done.error) : done.stderr};
}

// What the program said. An error with its words where it failed.
export function run(program, args, input, env) {
  const {code, out, err} = attempt(program, args, input, env);
  if (code !== 0) throw new Error(`${program} ${args[0]} ${args[1] || ''}: ${code}: ${err}`);
  return out;
}

export class Running {
  constructor(program, args, log, env = process.env) {
    const file = openSync(log, 'a');
    this.child = spawn(pathOf(program), args, {env, stdio: ['ignore', file, file]});
    running.add(this.child);
    this.ended = new Promise((resolve) => this.child.on('exit', (code) => {
      running.delete(this.child);
      resolve(code);
    }));
  }

  // SIGTERM as a service is stopped, SIGKILL as a machine is switched off.
  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return this.ended;
  }
}

const portOf = () => new Promise((resolve, reject) => {
  const server = createServer();
  server.on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const {port} = server.address();
    server.close(() => resolve(port));
  });
});

// So many ports of this machine that nobody has just now, each another.
export async function freePorts(count) {
  const ports = new Set();
  while (ports.size < count) ports.add(await portOf());
  return [...ports];
}
