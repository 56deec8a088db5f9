/**
 * What no guest may find in anything they are sent (T29).
 * @module
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RealServer } from './server.ts';
import type { Answer } from './wire.ts';

/** Something that got out. */
export class PathLeak extends Error {}

/** Names of what a text holds that no guest may see. */
export function leaksIn(server: RealServer, text: string): string[] {
  const made = readFileSync(server.made, 'utf8').split('\n');
  const named: [string, string][] = [
    ["the owner's token", server.token],
    ['a folder of the root', 'hush-hush'],
    ['a folder of the notebook', 'inner-vault'],
    ['the root', 'owners-root'],
    ['the home', 'owners-home'],
    ['the state folder', 'owners-state'],
    ['the work folder', server.work],
    ...made
      .filter(secret => secret !== '')
      .map((secret): [string, string] => ["a secret of Python's", secret])
  ];
  return named.filter(([, secret]) => text.includes(secret)).map(([name]) => name);
}

/** The answer, if it holds nothing of that. */
export function scanned(server: RealServer, answer: Answer): Answer {
  const found = leaksIn(server, answer.all);
  if (found.length > 0) {
    throw new PathLeak(`${found.join(', ')} in:\n${answer.all.slice(0, 2_000)}`);
  }
  return answer;
}

/** Notes what a guest's socket was sent and shouldn't have been: the last file asks for these notes. */
export function noteLeaks(server: RealServer, where: string, text: string): void {
  // Code of the tests, in cells and terminals, names files that it waits for there.
  const says = /^(api\/kernels|terminals)\//.test(where) ? ['the work folder'] : [];
  const found = leaksIn(server, text).filter(each => !says.includes(each));
  if (found.length > 0) {
    // The text says which test's output it was.
    appendFileSync(
      leakFile(server),
      `${where}: ${found.join(', ')} in ${JSON.stringify(text.slice(-2_000))}\n`
    );
  }
}

/** Where such notes are. */
export function leakFile(server: RealServer): string {
  return join(server.work, 'leaks.txt');
}
