/**
 * Every route and socket, classified by hand, and called with nothing, with a person without a right, with each right alone.
 * @module
 */
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Grants } from '../../../protocol/levels.ts';
import { RIGHTS, withImplied, type Right } from '../../../protocol/levels.ts';
import { Site, type Book, type Guest } from './client.ts';
import { readTables, type Row } from './tables.ts';
import { until } from './until.ts';

/**
 * Who may call each: anybody, the owner alone, whoever is on the share's list, or whoever holds a right (and a grant under
 * it). A route that isn't here fails the test: decide who may call it, then write it down.
 */
const CLASSES: Record<
  string,
  | 'anyone'
  | 'owner'
  | 'account'
  | 'listed'
  | Right
  | 'execute interrupt'
  | 'execute restart'
  | 'live copy'
  | 'live comment'
  | 'live terminals'
  | 'nobody'
> = {
  'get /healthz': 'anyone',
  'get /metrics': 'owner',
  'get /api/openapi.json': 'owner',
  'get /assets/frame': 'anyone',
  'get /assets/lab/*': 'anyone',
  'get /assets/server/*': 'anyone',
  'get /assets/themes/*': 'anyone',
  'get /assets/labextensions/demo/static/*': 'anyone',
  'get /api/shares': 'owner',
  'post /api/shares': 'owner',
  'get /api/shares/:share': 'owner',
  'patch /api/shares/:share': 'owner',
  'delete /api/shares/:share': 'owner',
  'post /api/shares/:share/people': 'owner',
  'patch /api/shares/:share/people/:person': 'owner',
  'delete /api/shares/:share/people/:person': 'owner',
  'post /api/shares/:share/links': 'owner',
  'patch /api/shares/:share/links/:link': 'owner',
  'delete /api/shares/:share/links/:link': 'owner',
  'post /api/shares/:share/requests/:request': 'owner',
  'post /api/shares/:share/runs': 'owner',
  'delete /api/shares/:share/runs/:run': 'owner',
  'post /api/shares/:share/save': 'owner',
  'post /api/shares/:share/discard': 'owner',
  'get /api/shares/:share/conflicts': 'owner',
  'get /api/shares/:share/conflicts/:conflict/diff': 'owner',
  'post /api/shares/:share/conflicts/:conflict': 'owner',
  'get /api/shares/:share/unsaved/diff': 'owner',
  'get /api/shares/:share/activity': 'owner',
  'get /api/shares/:share/comments': 'owner',
  'post /api/shares/:share/comments': 'owner',
  'post /api/shares/:share/comments/:thread': 'owner',
  'patch /api/shares/:share/comments/:thread': 'owner',
  'patch /api/shares/:share/comments/:thread/:comment': 'owner',
  'delete /api/shares/:share/comments/:thread/:comment': 'owner',
  'get /api/shares/:share/versions': 'owner',
  'post /api/shares/:share/versions': 'owner',
  'get /api/shares/:share/versions/:version': 'owner',
  'patch /api/shares/:share/versions/:version': 'owner',
  'delete /api/shares/:share/versions/:version': 'owner',
  'post /api/shares/:share/versions/:version/restore': 'owner',
  'get /api/shares/:share/versions/:version/diff': 'owner',
  'get /api/shares/:share/page/:version': 'owner',
  'get /api/shares/:share/page/:version/body': 'owner',
  'get /api/people': 'owner',
  'post /api/shares/:share/groups': 'owner',
  'get /api/shared-with-me': 'account',
  'get /s/:share': 'anyone',
  'post /s/:share/api/liveshare/door': 'anyone',
  'post /s/:share/api/liveshare/session': 'anyone',
  'get /s/:share/api/liveshare/me': 'listed',
  'post /s/:share/api/liveshare/leave': 'listed',
  'patch /s/:share/api/liveshare/notebook': 'edit',
  'get /s/:share/api/liveshare/comments': 'live comment',
  'post /s/:share/api/liveshare/comments': 'live comment',
  'post /s/:share/api/liveshare/comments/:thread': 'live comment',
  'patch /s/:share/api/liveshare/comments/:thread': 'live comment',
  'patch /s/:share/api/liveshare/comments/:thread/:comment': 'live comment',
  'delete /s/:share/api/liveshare/comments/:thread/:comment': 'live comment',
  // What it lists is judged version by version.
  'get /s/:share/api/liveshare/versions': 'listed',
  'post /s/:share/api/liveshare/versions': 'save',
  'get /s/:share/api/liveshare/versions/:version': 'live copy',
  'post /s/:share/api/liveshare/versions/:version/restore': 'edit',
  'get /s/:share/api/liveshare/versions/:version/diff': 'listed',
  'get /s/:share/page/:version': 'static',
  'get /s/:share/page/:version/body': 'static',
  'get /s/:share/lab': 'live',
  'get /s/:share/lab/tree/:file': 'live',
  'get /s/:share/doc/tree/:file': 'live',
  'get /s/:share/lab/workspaces/:workspace': 'live',
  'get /s/:share/lab/workspaces/:workspace/tree/:file': 'live',
  'get /s/:share/doc/workspaces/:workspace': 'live',
  'get /s/:share/doc/workspaces/:workspace/tree/:file': 'live',
  'get /s/:share/notebooks/:file': 'live',
  'get /s/:share/lab/api/settings': 'live',
  'get /s/:share/lab/api/settings/:plugin{.+}': 'live',
  'put /s/:share/lab/api/settings/:plugin{.+}': 'live',
  'get /s/:share/lab/api/workspaces': 'live',
  'get /s/:share/lab/api/workspaces/:workspace': 'live',
  'put /s/:share/lab/api/workspaces/:workspace': 'live',
  'get /s/:share/lab/api/translations/:locale?': 'live',
  'get /s/:share/lab/api/listings/:listing{.+}': 'live',
  'get /s/:share/lab/api/themes/*': 'anyone',
  'get /s/:share/api': 'live',
  'get /s/:share/api/me': 'listed',
  'get /s/:share/api/status': 'live',
  'get /s/:share/api/config/:section': 'live',
  'get /s/:share/api/nbconvert': 'live',
  'get /s/:share/api/terminals': 'live',
  'post /s/:share/api/terminals': 'nobody',
  'get /s/:share/api/terminals/:name': 'live',
  'delete /s/:share/api/terminals/:name': 'live',
  'get /s/:share/lsp/status': 'live',
  'get /s/:share/api/resolvePath': 'live',
  'get /s/:share/api/contents': 'live',
  'get /s/:share/api/contents/:file': 'live',
  'get /s/:share/api/contents/:file/checkpoints': 'live',
  'post /s/:share/api/contents/:file/checkpoints': 'save',
  'get /s/:share/files/:file': 'live copy',
  'put /s/:share/api/collaboration/session/:file': 'live',
  'get /s/:share/api/kernels': 'live',
  'get /s/:share/api/kernels/:kernel': 'live',
  'post /s/:share/api/kernels/:kernel/execute': 'execute',
  'delete /s/:share/api/kernels/:kernel/runs/:run': 'execute',
  'post /s/:share/api/kernels/:kernel/interrupt': 'execute interrupt',
  'post /s/:share/api/kernels/:kernel/restart': 'execute restart',
  'get /s/:share/api/kernelspecs': 'live',
  'get /s/:share/api/sessions': 'live',
  'get /s/:share/api/sessions/:session': 'live',
  'post /s/:share/api/sessions': 'execute',
  'patch /s/:share/api/sessions/:session': 'live',
  'ws /api/shares/:share/control': 'owner',
  'ws /s/:share/api/liveshare/control': 'listed',
  'ws /s/:share/api/collaboration/room/:room': 'live',
  'ws /s/:share/api/kernels/:kernel/channels': 'live',
  'ws /s/:share/terminals/websocket/:name': 'live terminals',
  'ws /s/:share/api/events/subscribe': 'live'
};

/** A body that its route takes and that changes nothing which matters here. */
const BODIES: Record<string, object> = {
  'patch /s/:share/api/liveshare/notebook': [{ op: 'metadata', cell: 'words' }],
  'post /s/:share/api/liveshare/versions': { message: '' },
  'post /s/:share/api/liveshare/door': { token: 'x' },
  'post /s/:share/api/liveshare/session': { token: 'x' },
  'put /s/:share/lab/api/settings/:plugin{.+}': { raw: '{}' },
  'put /s/:share/lab/api/workspaces/:workspace': { data: {}, metadata: { id: 'default' } },
  'put /s/:share/api/collaboration/session/:file': { format: 'json', type: 'notebook' },
  'post /s/:share/api/kernels/:kernel/execute': { cell_id: 'words' },
  'post /s/:share/api/sessions': { path: 'x' }
};

const site = new Site(inject('server'));
const { rows, handlers } = await readTables();
let book: Book;
let nobody: Guest;
const alone = new Map<Right, Guest>();

beforeAll(async () => {
  book = await site.share();
  nobody = await book.guest([]);
  for (const right of RIGHTS) {
    alone.set(right, await book.guest([right]));
  }
});

/** The address of a row below the mount. */
function addressOf(name: string, share: string): string {
  const path = name.slice(name.indexOf(' ') + 2);
  return path
    .replace(':share', share)
    .replace(':file', book.name)
    .replace('/:locale?', '/en')
    .replace(/:plugin\{.*\}/, '@jupyterlab/apputils-extension:themes')
    .replace(/:listing\{.*\}/, 'x')
    .replace(':kernel', 'current')
    .replace(/:(\w+)/g, 'none')
    .replace('*', 'nothing.js');
}

/** 401, 403, or 0 for whoever is let in, whatever comes of it then. */
async function refusal(row: Row, authorization: string | null): Promise<number> {
  const headers: Record<string, string> = authorization === null ? {} : { authorization };
  const method = row.name.split(' ')[0] ?? '';
  const address = addressOf(row.name, book.id);
  if (method === 'ws') {
    const wire = site.socket(address, { headers });
    const { status } = await wire.opened;
    // A socket that is let in stays, or is closed since there is no such kernel or room.
    const code = status === 101 ? await settled(wire) : status;
    await wire.leave();
    return code === 4401 || code === 401 ? 401 : code === 4403 || code === 403 ? 403 : 0;
  }
  const body = method === 'get' || method === 'delete' ? undefined : (BODIES[row.name] ?? {});
  const { status } = await site.ask(address, { method: method.toUpperCase(), headers, body });
  expect(status, row.name).not.toBe(500);
  return status === 401 || status === 403 ? status : 0;
}

/** Close code of a socket that is shut soon; 101 for one that says something, or is open still after a round trip. */
async function settled(wire: ReturnType<Site['socket']>): Promise<number> {
  let answered = 0;
  wire.ws.on('pong', () => (answered += 1));
  return until(async () => {
    if (!wire.isOpen) {
      return (await wire.closed()).code;
    }
    wire.ws.ping();
    return wire.frames.length > 0 || answered > 4 ? 101 : 0;
  });
}

function bearer(guest: Guest | undefined): string {
  return `token ${guest?.token}`;
}

describe('T20 S4 the tables', () => {
  test('T20 every declared route and socket is classified, and every classified one exists', () => {
    expect(rows.map(row => row.name).sort()).toEqual(Object.keys(CLASSES).sort());
  });

  test('T20 no handler stands outside the table', () => {
    const declared = rows.map(row => row.name).filter(name => !name.startsWith('ws '));
    expect(handlers.sort()).toEqual(declared.sort());
  });

  test('T20 each row demands what it is classified as', () => {
    const demands = rows.map(({ name, demand }) => {
      const { who } = demand;
      const right = who === 'guest' ? (demand.right === 'any' ? 'listed' : demand.right) : who;
      return [name, who === 'guest' && demand.grant !== undefined ? `${right} ${demand.grant}` : right];
    });
    // Any viewer may ask for the session; starting one is what takes `execute`, and its handler sees to that. Terminals are started
    // by nobody.
    const handlers = { 'post /s/:share/api/sessions': 'live', 'post /s/:share/api/terminals': 'live' };
    expect(Object.fromEntries(demands)).toEqual({ ...CLASSES, ...handlers });
  });
});

describe.each(rows.filter(row => CLASSES[row.name] === 'anyone'))('S4 $name', row => {
  test('S4 open to anybody, the token of nobody needed', async () => {
    // Tokens that don't fit are an answer of the door's own.
    expect(await refusal(row, null)).toBe(BODIES[row.name] === undefined ? 0 : 401);
  });
});

describe.each(rows.filter(row => CLASSES[row.name] === 'owner'))('S4 $name', row => {
  test('S4 the owner alone', async () => {
    expect(await refusal(row, null)).toBe(403);
    for (const guest of [nobody, ...alone.values()]) {
      expect(await refusal(row, bearer(guest))).toBe(403);
    }
    const { token } = site.server;
    const harmless = { ...row, name: row.name.replace(':share', 'none') };
    const headers = { authorization: `token ${token}` };
    if (row.name.startsWith('ws ')) {
      const wire = site.socket(addressOf(row.name, book.id), { headers });
      await wire.message('hello');
      await wire.leave();
    } else {
      const [method = ''] = row.name.split(' ');
      const body = method === 'get' || method === 'delete' ? undefined : {};
      const answer = await site.owner(addressOf(harmless.name, 'none'), method.toUpperCase(), body);
      expect(answer.status).toBeOneOf([200, 400, 404]);
    }
  });
});

describe.each(rows.filter(row => CLASSES[row.name] === 'account'))('S4 $name', row => {
  test('S4 whoever Jupyter has authenticated, and no guest by a link', async () => {
    expect(await refusal(row, null)).toBe(403);
    expect(await refusal(row, bearer(alone.get('edit')))).toBe(403);
    expect(await refusal(row, `token ${site.server.token}`)).toBe(0);
  });
});

describe.each(rows.filter(row => row.demand.who === 'guest'))('S4 $name', row => {
  test('S4 exactly whoever holds what it demands', async () => {
    const [right = '', grant] = (CLASSES[row.name] ?? '').split(' ');
    expect(await refusal(row, null)).toBe(401);
    expect(await refusal(row, `token ${site.server.token}`)).toBe(401);
    const people: [string, Guest | undefined, Partial<Record<Right, boolean>>][] = [
      ['no right', row.name.endsWith('/leave') ? await book.guest([]) : nobody, {}],
      ...RIGHTS.map((each): [string, Guest | undefined, object] => [each, alone.get(each), { [each]: true }])
    ];
    for (const [who, guest, rights] of row.name.endsWith('/leave') ? people.slice(0, 1) : people) {
      const held = withImplied(rights);
      const may =
        right === 'listed' || (held[right as Right] && grant !== 'restart' && grant !== 'terminals');
      expect(await refusal(row, bearer(guest)), who).toBe(may ? 0 : 403);
    }
    if (grant !== undefined) {
      const without = await book.guest([right as Right], { grants: { [grant]: false } as Grants });
      const granted = await book.guest([right as Right], { grants: { [grant]: true } as Grants });
      expect(await refusal(row, bearer(without))).toBe(403);
      expect(await refusal(row, bearer(granted))).toBe(0);
    }
  });
});

describe('T20 what only Python serves', () => {
  test.each([
    'internal/hold',
    'internal/files/x',
    'internal/files?path=x',
    'internal/people',
    'internal/groups/x',
    'internal/compare',
    'internal/commit'
  ])('T20 %s exists for the private entrance alone', async path => {
    for (const authorization of ['', `token ${site.server.token}`, bearer(nobody)]) {
      const headers: Record<string, string> = authorization === '' ? {} : { authorization };
      const method = path.endsWith('hold') ? 'PUT' : 'GET';
      const body = method === 'PUT' ? { files: [] } : undefined;
      expect((await site.ask(path, { method, headers, body })).status).toBe(404);
    }
  });
});
