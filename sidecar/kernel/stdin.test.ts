import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { KernelMessage } from '../../protocol/kernel.ts';
import { OWNER_ID, type ServerMessage } from '../../protocol/messages.ts';
import { refusalOf } from '../testing/books.ts';
import { parseLimits } from '../testing/limits.ts';
import { KernelOutputs } from './outputs.ts';
import { makeHeader, Run } from './run.ts';
import { Stdin } from './stdin.ts';

const ada = { id: 'ada', name: 'Ada', color: '#123456' };
let here: Set<string>;
let told: [string, ServerMessage][];
let sent: KernelMessage[];
let stdin: Stdin;
let run: Run;
let may: boolean;
beforeEach(() => {
  may = true;
  [here, told, sent] = [new Set(['ada', 'bob', OWNER_ID]), [], []];
  stdin = new Stdin({
    here: person => here.has(person),
    tell: (person, message) => void told.push([person, message]),
    send: make => void sent.push(make('ours')),
    changed: () => undefined
  });
  const cell = new Y.Doc().getMap('cell');
  cell.set('outputs', new Y.Array());
  const write = (_: string, change: (cell: Y.Map<unknown>) => void) => change(cell);
  const outputs = new KernelOutputs({ limits: parseLimits(), send: () => undefined });
  run = new Run({ cell: 'ask', source: 'input()', person: ada, input: true }, write, outputs);
});

const request: KernelMessage = {
  channel: 'stdin',
  header: makeHeader('question', 'input_request', 'kernel'),
  parent_header: {},
  metadata: {},
  content: { prompt: 'name?', password: false },
  buffers: []
};
const people = () => told.map(([person, { type }]) => [person, type]);

describe('T64 S36: who is asked', () => {
  it('the runner, and nobody else can answer; their answer is said in our own words', async () => {
    stdin.ask(run, request, { prompter: null, may: () => true });
    expect(people()).toEqual([['ada', 'input_request']]);
    for (const other of ['bob', OWNER_ID, '']) {
      expect(await refusalOf(() => stdin.answer(other, run.id, 'x'))).toBe('no-right');
    }
    expect(stdin.pending('bob')).toBeNull();
    expect(stdin.pending('ada')).toMatchObject({ prompt: 'name?' });
    stdin.answer('ada', run.id, 'Ada');
    expect(sent).toMatchObject([
      { channel: 'stdin', content: { value: 'Ada' }, parent_header: { msg_id: 'question' } }
    ]);
    expect(await refusalOf(() => stdin.answer('ada', run.id, 'again'))).toBe('not-found');
  });

  it.each([
    ['has gone', () => void here.delete('ada')],
    ['may no longer answer', () => void (may = false)]
  ])('the owner, once, when the runner %s; the runner’s answer counts no more', async (_, change) => {
    stdin.ask(run, request, { prompter: null, may: () => may });
    change();
    stdin.consider();
    stdin.consider();
    expect(people()).toEqual([
      ['ada', 'input_request'],
      [OWNER_ID, 'input_request']
    ]);
    expect(await refusalOf(() => stdin.answer('ada', run.id, 'late'))).toBe('no-right');
    stdin.answer(OWNER_ID, run.id, 'Olga');
    expect(sent).toHaveLength(1);
  });

  it('the owner at once, and nobody else, when the runner could not be asked to begin with', () => {
    stdin.ask(run, request, { prompter: null, may: () => false });
    expect(people()).toEqual([[OWNER_ID, 'input_request']]);
  });
});
