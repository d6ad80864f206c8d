// What every file of tests begins and ends with: a browser, a broker, a school.

import {after, afterEach, before} from 'node:test';
import {closeBrowser, openBrowser, Person} from './browser.mjs';
import {Installation} from './installation.mjs';

// `prepare` is given the installation, whose broker runs and whose school has nothing yet. What is
// returned is filled in before the first test: `it`, the installation, and `school`.
export function world(prepare) {
  const world = {people: []};
  before(async () => {
    world.it = await Installation.make();
    world.school = world.it.school;
    await openBrowser();
    await prepare(world.it);
  });
  // Whoever came in a test leaves with it, and whatever troubled their page fails it.
  afterEach(async () => {
    const people = world.people.splice(0);
    for (const person of people) await person.leave();
  });
  after(async () => {
    await closeBrowser();
    if (world.it) await world.it.end(Boolean(process.exitCode) || Boolean(process.env.FIRSTBELL_LOGS));
  });
  world.person = async (options) => {
    const person = await Person.at(world.school, options);
    world.people.push(person);
    return person;
  };
  return world;
}

export const LEAD = 'Ada Larch';
export const DEPUTY = 'Bilal Rowan';

// A machine with a lead and a deputy, linked, in the night.
export async function enrolled(it) {
  it.school.enrolDevice();
  it.school.enrolPerson('lead', LEAD);
  it.school.enrolPerson('deputy', DEPUTY);
  await it.school.start();
  await it.school.linked();
  await it.school.borneOut(2);
  it.setTime('2026-03-03 02:10');
}

// What was reported in the night is shown: half past seven has come.
export async function morning(it, count) {
  it.setTime('2026-03-03 07:31');
  await it.school.shown(count);
}
