/**
 * Everybody at once against the real room: honest guests with different rights, one who forges, the owner; afterwards all agree, and nothing
 * forbidden is anywhere, on disk least of all.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, inject, test } from 'vitest';
import * as Y from 'yjs';
import { forge, type ForgedContent, type ForgedStruct } from '../../testing/forge.ts';
import { generator } from '../../testing/random.ts';
import { code, Site, type FileCell, type Guest } from './client.ts';
import { newCell, Notebook, type YCell } from './notebook.ts';
import { pause, until } from './until.ts';

const site = new Site(inject('server'));
const open = new Set<Notebook>();
afterEach(async () => void (await Promise.all([...open].map(each => each.leave()))));

const SEED = Number(process.env['FILTER_SEED'] ?? Date.now() % 1_000_000_000);
const SECONDS = 6;
const CELLS: readonly FileCell[] = [
  code('shared', 'start'),
  code('mine', 'bob'),
  { id: 'words', cell_type: 'markdown', source: '# Words' },
  code('ran', 'print(1)', {
    outputs: [{ output_type: 'stream', name: 'stdout', text: '1\n' }],
    execution_count: 7
  })
];

/** Somebody who comes back with a new copy whenever they are cut off. */
class Player {
  readonly guest: Guest | null;
  notebook: Notebook;
  returns = 0;

  constructor(notebook: Notebook, guest: Guest | null) {
    this.notebook = notebook;
    this.guest = guest;
    open.add(notebook);
  }

  static async of(guest: Guest): Promise<Player> {
    return new Player(await Notebook.of(guest), guest);
  }

  async play(until: number, every: number, act: (notebook: Notebook) => void): Promise<void> {
    while (Date.now() < until) {
      await this.comeBack();
      act(this.notebook);
      await pause(every);
    }
  }

  async comeBack(): Promise<void> {
    if (!this.notebook.wire.isOpen && this.guest) {
      this.returns += 1;
      await this.notebook.leave();
      open.delete(this.notebook);
      this.notebook = await Notebook.of(this.guest);
      open.add(this.notebook);
    }
  }
}

/** What must be the same for all: cells and metadata as files have them. Jupyter marks cells as not trusted in memory, not on disk. */
function shown(doc: Y.Doc): unknown {
  const cells = doc.getArray<YCell>('cells').toJSON() as { metadata: Record<string, unknown> }[];
  for (const { metadata } of cells) {
    if (metadata['trusted'] === false) {
      delete metadata['trusted'];
    }
  }
  const { metadata, nbformat } = doc.getMap('meta').toJSON();
  return { cells: cells.map(cell => ({ ...cell, execution_state: undefined })), metadata, nbformat };
}

/** The file's cells and metadata with its lines put together. */
function saved(bytes: string): unknown {
  const { cells, metadata, nbformat } = JSON.parse(bytes, (key, value: unknown) =>
    (key === 'source' || key === 'text') && Array.isArray(value) ? value.join('') : value
  ) as Record<string, unknown>;
  return { cells, metadata, nbformat };
}

/** Any edit of one's own letter, in the cells one may edit and in the others. */
function edit(notebook: Notebook, letter: string, random: (below: number) => number): void {
  const { cells } = notebook;
  const cell = cells[random(cells.length)];
  const text = cell?.get('source') as Y.Text;
  const kind = random(10);
  if (kind < 7) {
    text.insert(random(text.length + 1), letter);
  } else if (kind === 7) {
    notebook.doc
      .getArray('cells')
      .insert(random(cells.length + 1), [newCell(`${letter}${random(1e9)}`, letter)]);
  } else {
    (cell?.get('metadata') as Y.Map<unknown>).set('name', letter);
  }
}

/** Bytes that no front end sends. */
function forged({ doc, cells }: Notebook, random: (below: number) => number): Uint8Array {
  const ids = [...doc.store.clients].flatMap(([client, structs]) =>
    structs.map(({ id, length }) => ({ client, clock: id.clock + random(length) }))
  );
  const pick = () => ids[random(ids.length)] ?? { client: 1, clock: 0 };
  const map = cells[random(cells.length)]?.get('metadata') as Y.Map<unknown>;
  const contents: ForgedContent[] = [
    { ref: 4, text: 'FORGED' },
    { ref: 8, values: ['FORGED'] },
    { ref: 8, values: [true] },
    { ref: 7, type: random(3) }
  ];
  const content = contents[random(contents.length)] ?? { ref: 4, text: 'FORGED' };
  const structs: ForgedStruct[] = [
    { origin: pick(), content },
    { origin: pick(), rightOrigin: pick(), content },
    { rightOrigin: pick(), content },
    { parent: pick(), key: 'FORGED', content },
    { parent: map._item?.id ?? 'meta', key: 'trusted', content },
    { parent: 'state', key: 'FORGED', content }
  ];
  const client = random(4) ? doc.clientID : (ids[random(ids.length)]?.client ?? 7);
  const struct = structs[random(structs.length)] ?? { origin: pick(), content };
  const blocks = [{ client, clock: Y.getState(doc.store, client) + (random(8) ? 0 : 3), structs: [struct] }];
  return forge(random(4) ? blocks : [], random(3) ? [] : [{ ...pick(), length: 1 + random(3) }]);
}

describe('everybody at once', () => {
  test(`T78 S2 what is permitted stands, nothing else shows, and all agree with the file (FILTER_SEED=${SEED})`, async () => {
    const random = generator(SEED);
    const book = await site.share(undefined, CELLS);
    const owner = new Player(await Notebook.owner(book), null);
    const ann = await Player.of(await book.guest(['edit', 'save']));
    const bob = await Player.of(await book.guest(['edit', 'save'], { cells: ['mine'], structure: false }));
    const eve = await Player.of(await book.guest(['live']));
    const mal = await Player.of(await book.guest(['edit', 'save'], { cells: [], structure: false }));
    const players = [owner, ann, bob, eve, mal];
    const end = Date.now() + SECONDS * 1000;
    let [a, b] = [0, 0];
    await Promise.all([
      owner.play(end, 60, notebook => edit(notebook, 'o', random)),
      ann.play(end, 25, notebook => {
        const text = notebook.text('shared');
        text.insert(random(text.length + 1), 'a');
        a += 1;
      }),
      bob.play(end, 40, notebook => {
        const text = notebook.text('mine');
        text.insert(random(text.length + 1), 'b');
        b += 1;
      }),
      eve.play(end, 150, notebook => edit(notebook, 'E', random)),
      mal.play(end, 120, notebook => {
        if (random(2)) {
          notebook.update(forged(notebook, random));
        } else {
          edit(notebook, 'M', random);
        }
      })
    ]);
    for (const player of players) {
      await player.comeBack();
    }
    // What they had sent last is judged, and those whose copy can't be mended come back once more.
    await pause(1_500);
    for (const player of players) {
      await player.comeBack();
    }
    const truth = () => shown(owner.notebook.doc);
    await until(
      () => players.every(({ notebook }) => isDeepStrictEqual(shown(notebook.doc), truth())),
      10_000
    )
      // says what differs
      .catch(() => expect(players.map(({ notebook }) => shown(notebook.doc))).toEqual(players.map(truth)));
    expect(ann.returns + bob.returns).toBe(0);
    expect(mal.returns).toBeGreaterThan(0);
    expect(await ann.notebook.save()).toBe('success');
    expect(saved(book.bytes)).toEqual(truth());
    for (const text of [JSON.stringify(truth()), book.bytes]) {
      expect(text).not.toMatch(/FORGED|trusted|[EM](?!arkdown)/);
    }
    expect(owner.notebook.outputs('ran')).toEqual([{ output_type: 'stream', name: 'stdout', text: '1\n' }]);
    expect(owner.notebook.cell('ran').get('execution_count')).toBe(7);
    const count = (id: string, letter: string) => owner.notebook.source(id).split(letter).length - 1;
    expect([count('shared', 'a'), count('mine', 'b')]).toEqual([a + 1, b + 2]);
  });
});
