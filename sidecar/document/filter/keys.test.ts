/** Keys of maps: what a refused change displaces is put back, and what was permitted beside it stands. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { NotebookFilter, type Repairs } from './filter.ts';
import { jsonOf, TestRoom, type TestClient } from '../../testing/random.ts';

let room: TestRoom;
let ann: TestClient;
let eve: TestClient;

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});

/** Both orders of client ids: Yjs decides by them which of two concurrent values comes last. */
/** Whether the permitted value would have been lost, had nothing been kept. */
const lostWithout: boolean[] = [];
afterAll(() => expect(lostWithout).toContain(true));

describe.each(['editor first', 'viewer first'])('%s', order => {
  beforeEach(() => {
    room = new TestRoom([{ id: 'a', cell_type: 'code', source: 'a', metadata: { name: 'old' } }]);
    ann = room.guest('ann', { edit: true });
    eve = room.guest('eve');
    ann.doc.clientID = order === 'editor first' ? 10 : 30;
    eve.doc.clientID = 20;
  });

  const nameOf = (doc: Y.Doc): unknown => {
    const cell = doc.getArray<Y.Map<Y.Map<unknown>>>('cells').get(0);
    return cell.get('metadata')?.get('name');
  };

  const agreeOn = (name: unknown): void => {
    room.settle();
    for (const client of [room.owner, ann, eve]) {
      expect(nameOf(client.doc)).toBe(name);
      expect(jsonOf(client.doc)).toEqual(room.json());
    }
    expect(nameOf(room.doc)).toBe(name);
  };

  it('a permitted value that comes after a restart of the server stands beside what was refused before it', () => {
    eve.cell('a').setMetadata('name', 'evil');
    ann.cell('a').setMetadata('name', 'new');
    while (eve.send());
    const late = Y.encodeStateAsUpdate(ann.doc, Y.encodeStateVector(room.doc));
    const restarted = (repairs: Repairs): unknown => {
      const doc = new Y.Doc();
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(room.doc));
      const filter = new NotebookFilter(doc, {
        announced: () => ({ kernelspec: undefined, language_info: undefined })
      });
      filter.restore(room.filter.bindings(), room.filter.authorship(), repairs);
      filter.connect('again', 'ann');
      filter.receive('again', ann.rights, late, 'sync');
      return nameOf(doc);
    };
    expect(restarted(room.filter.repairs())).toBe('new');
    lostWithout.push(restarted([]) !== 'new');
  });

  it('a refused value is followed by the old one', () => {
    eve.cell('a').setMetadata('name', 'evil');
    agreeOn('old');
  });

  it('a refused deletion too', () => {
    eve.cell('a').deleteMetadata('name');
    agreeOn('old');
  });

  it('a refused value where there was none comes to nothing', () => {
    room.owner.cell('a').deleteMetadata('name');
    room.settle();
    eve.cell('a').setMetadata('name', 'evil');
    agreeOn(undefined);
  });

  for (const evil of ['evil', undefined]) {
    const refuse = (): void => {
      if (evil === undefined) {
        eve.cell('a').deleteMetadata('name');
      } else {
        eve.cell('a').setMetadata('name', evil);
      }
    };
    const what = evil === undefined ? 'a refused deletion' : 'a refused value';

    it(`a permitted value beside ${what} stands, its author is sent the rest`, () => {
      refuse();
      ann.cell('a').setMetadata('name', 'new');
      while (eve.send());
      agreeOn('new');
    });

    it(`a permitted deletion beside ${what} stands`, () => {
      refuse();
      ann.cell('a').deleteMetadata('name');
      while (eve.send());
      agreeOn(undefined);
    });

    it(`the owner's value beside ${what} stands`, () => {
      refuse();
      room.owner.cell('a').setMetadata('name', 'new');
      while (eve.send());
      agreeOn('new');
    });

    it(`the owner's deletion beside ${what} stands`, () => {
      refuse();
      room.owner.cell('a').deleteMetadata('name');
      while (eve.send());
      agreeOn(undefined);
    });

    it(`a permitted deletion made offline beside ${what} stands`, () => {
      ann.disconnect();
      ann.cell('a').deleteMetadata('name');
      refuse();
      room.settle();
      ann.connect();
      agreeOn(undefined);
    });

    it(`an answer to a question deletes nothing again after ${what}`, () => {
      refuse();
      room.settle();
      for (const client of [ann, eve]) {
        room.ask(client);
        room.settle();
        client.disconnect();
        client.connect();
        agreeOn('old');
      }
    });
  }

  it('of a permitted and a refused value in one update, the permitted one stands', () => {
    ann.notebook.transact(() => {
      const cell = ann.doc.getArray<Y.Map<Y.Map<unknown>>>('cells').get(0);
      ann.cell('a').setMetadata('name', 'new');
      cell.set('execution_count' as never, null as never);
      cell.set('execution_count' as never, 7 as never);
    });
    agreeOn('new');
    expect(room.owner.cell('a').toJSON()).toMatchObject({ execution_count: null });
  });
});
