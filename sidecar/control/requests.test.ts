import { describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/books.ts';
import { Requests } from './requests.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const who = (id: string) => ({ id, name: `Guest ${id}`, color: '#123456' });

describe('wishes for rights', () => {
  it('wait for the owner, in the table’s order, with their time', () => {
    const requests = new Requests(() => NOW);
    const made = requests.ask('s', who('p'), ['execute', 'edit', 'edit'], 'please');
    expect(made).toMatchObject({
      share: 's',
      person: who('p'),
      rights: ['edit', 'execute'],
      note: 'please',
      at: '2026-01-02T03:04:05.000Z'
    });
    expect(requests.ofShare('s')).toEqual([made]);
    expect(requests.ofShare('t')).toEqual([]);
  });

  it('are answered once, and on their own share alone (T12)', async () => {
    const requests = new Requests(() => NOW);
    const { id } = requests.ask('s', who('p'), ['edit'], '');
    expect(await refusalOf(() => requests.take('t', id))).toBe('not-found');
    expect(requests.take('s', id).person.id).toBe('p');
    expect(await refusalOf(() => requests.take('s', id))).toBe('not-found');
    expect(await refusalOf(() => requests.take('s', 'nothing'))).toBe('not-found');
  });

  it('three of one person may wait, others are not affected', async () => {
    const requests = new Requests(() => NOW);
    const ids = [1, 2, 3].map(() => requests.ask('s', who('p'), ['edit'], '').id);
    expect(await refusalOf(() => requests.ask('s', who('p'), ['edit'], ''))).toBe('too-fast');
    expect(await refusalOf(() => requests.ask('s', who('q'), ['edit'], ''))).toBeNull();
    requests.take('s', ids[0]!);
    expect(await refusalOf(() => requests.ask('s', who('p'), ['edit'], ''))).toBeNull();
  });

  it('go with their person; a long note is cut', () => {
    const requests = new Requests(() => NOW);
    requests.ask('s', who('p'), ['edit'], '');
    const kept = requests.ask('s', who('q'), ['edit'], 'x'.repeat(2_000));
    expect(kept.note).toHaveLength(500);
    requests.forget('p');
    expect(requests.ofShare('s').map(each => each.person.id)).toEqual(['q']);
  });
});
