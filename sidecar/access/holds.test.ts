import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeLog } from '../log.ts';
import { accessOf, makeBooks, refusalOf, type Books } from '../testing/books.ts';
import { FakeJupyter } from '../testing/fakeJupyter.ts';
import { Internal } from '../upstream/internal.ts';
import { Jupyter } from '../upstream/jupyter.ts';
import { Holds } from './holds.ts';

let jupyter: FakeJupyter;
let books: Books;
let holds: Holds;
const edit = accessOf({ rights: { edit: true } });
const told = () =>
  jupyter.seenAt('/liveshare/internal/hold').map(each => (each.body as { files: string[] }).files);
beforeEach(async () => {
  jupyter = await FakeJupyter.start();
  books = await makeBooks();
  const log = makeLog('silent', { write: () => undefined });
  holds = new Holds(books.shareBook, new Internal(new Jupyter(jupyter.upstream)), log);
});
afterEach(async () => {
  holds.close();
  vi.useRealTimers();
  await jupyter.close();
});

describe('holds', () => {
  it('tell the whole set when it changed, and nothing when it did not', async () => {
    const { share } = books.shareBook.create('b-file', 'b.ipynb', 'Olga');
    const { share: second } = books.shareBook.create('a-file', 'a.ipynb', 'Olga');
    await holds.settle();
    const { person } = await books.peopleBook.invite(share.id, { name: 'G' }, edit);
    await holds.settle();
    await holds.settle();
    books.shareBook.change(second.id, { holdSaves: true });
    await holds.settle();
    books.peopleBook.remove(share.id, person.id);
    await holds.settle();
    expect(told()).toEqual([[], ['b-file'], ['a-file', 'b-file'], ['a-file']]);
    expect(jupyter.held).toEqual(['a-file']);
  });

  it('changes made while the server is slow arrive in their order, the last one standing', async () => {
    const { share } = books.shareBook.create('file', 'a.ipynb', 'Olga');
    const { promise, resolve: open } = Promise.withResolvers<undefined>();
    jupyter.gate = promise;
    const first = holds.settle();
    books.shareBook.change(share.id, { holdSaves: true });
    const second = holds.settle();
    books.shareBook.change(share.id, { holdSaves: false });
    const third = holds.settle();
    open(undefined);
    await Promise.all([first, second, third]);
    expect(told().at(-1)).toEqual([]);
    expect(jupyter.held).toEqual([]);
  });

  it('a server that cannot be told makes the call fail, and is told again until it works', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { share } = books.shareBook.create('file', 'a.ipynb', 'Olga');
    books.shareBook.change(share.id, { holdSaves: true });
    jupyter.broken.set('/liveshare/internal/hold', 503);
    expect(await refusalOf(() => holds.settle())).toBe('upstream-away');
    vi.advanceTimersByTime(2_000);
    await vi.waitFor(() => expect(told()).toHaveLength(2));
    expect(jupyter.held).toEqual([]);
    jupyter.broken.clear();
    await vi.waitFor(() => {
      vi.advanceTimersByTime(2_000);
      expect(jupyter.held).toEqual(['file']);
    });
  });

  it('again: a server that started anew is told all of it once more', async () => {
    const { share } = books.shareBook.create('file', 'a.ipynb', 'Olga');
    books.shareBook.change(share.id, { holdSaves: true });
    await holds.settle();
    jupyter.held = [];
    await holds.settle();
    expect(jupyter.held).toEqual([]);
    holds.again();
    await holds.settle();
    expect(jupyter.held).toEqual(['file']);
  });
});
