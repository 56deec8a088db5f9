import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RIGHTS, withImplied, type Right } from '../../protocol/levels.ts';
import { meets } from '../policy/request.ts';
import { notebook } from '../testing/fakeJupyter.ts';
import { ORIGIN, OWNER, TestApp, type TestAnswer, type TestRequest } from '../testing/makeTestApp.ts';

let test: TestApp;
let share: string;
let auth: Record<string, string>;
const asGuest: Partial<Record<Right | 'none', Record<string, string>>> = {};
/** Everything but what would end the session or the share that these tests go on with; those two come last, by themselves. */
const lasting = () =>
  test.app.routes.filter(
    ({ method, path }) => !path.endsWith('/leave') && !(method === 'delete' && path === '/api/shares/:share')
  );
beforeAll(async () => {
  test = await TestApp.start({ config: { limits: { bodyBytes: 20_000, failuresPerMinute: 100_000 } } });
  test.jupyter.put('folder/note.ipynb', notebook({ a: 'x = 1' }));
  test.jupyter.startKernel('folder/note.ipynb');
  share = await test.share('folder/note.ipynb');
  auth = (await test.guest(share, { static: true, edit: true, save: true, execute: true })).auth;
  for (const right of RIGHTS) {
    asGuest[right] = (await test.guest(share, { [right]: true })).auth;
  }
  asGuest.none = (await test.guest(share, {})).auth;
});
afterAll(() => test.close());

/** An address for a route's pattern, with things that exist where they can. */
const address = (path: string, of = share) =>
  path
    .slice(1)
    .replace(':share', of)
    .replace(/:file\b/, 'note.ipynb')
    .replace(/:plugin\{[^}]*\}/, '@jupyterlab/notebook-extension:tracker')
    .replace(/:\w+\{[^}]*\}/g, 'x')
    .replace('/:locale?', '')
    .replace(/:\w+/g, 'x')
    .replace('/*', '/x.js');
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin'
};
const problemOf = (answer: TestAnswer) => {
  expect(answer.headers['content-type']).toBe('application/problem+json');
  const body = answer.json<{ type: string; status: number; title: string; detail: string }>();
  expect(Object.keys(body).sort()).toEqual(['detail', 'status', 'title', 'type']);
  expect(body.status).toBe(answer.status);
  return body.type.replace('liveshare:', '');
};
const patch = (request: TestRequest) =>
  test.call(`api/shares/${share}`, { method: 'PATCH', user: OWNER, ...request });

describe('S4, T20: every route of the table', () => {
  it('demands what it says: nobody, the owner, a guest with each right alone', async () => {
    const routes = lasting();
    expect(routes.length).toBeGreaterThan(40);
    for (const { method, path, demand } of routes) {
      const call = (options: TestRequest) =>
        test.call(address(path), {
          method: method.toUpperCase(),
          ...(method === 'get' ? {} : { json: {} }),
          ...options
        });
      const where = `${method} ${path}`;
      const stranger = await call({});
      if (demand.who === 'anyone') {
        expect([
          where,
          [401, 403].includes(stranger.status) && problemOf(stranger) !== 'token-invalid'
        ]).toEqual([where, false]);
        continue;
      }
      if (demand.who === 'account') {
        expect([where, problemOf(stranger)]).toEqual([where, 'no-session']);
        expect([where, problemOf(await call({ headers: asGuest['edit'] ?? {} }))]).toEqual([
          where,
          'no-session'
        ]);
        expect([where, (await call({ user: { username: 'ada' } })).status]).toEqual([where, 200]);
        continue;
      }
      if (demand.who === 'owner') {
        expect([where, problemOf(stranger)]).toEqual([where, 'not-owner']);
        for (const headers of Object.values(asGuest)) {
          expect([where, problemOf(await call({ headers }))]).toEqual([where, 'not-owner']);
        }
        expect([where, problemOf(await call({ user: { username: 'ada' } }))]).toEqual([where, 'not-owner']);
        continue;
      }
      expect([where, problemOf(stranger)]).toEqual([where, 'no-session']);
      expect([where, problemOf(await call({ user: OWNER }))]).toEqual([where, 'no-session']);
      for (const [right, headers] of Object.entries(asGuest)) {
        const rights = withImplied(right === 'none' ? {} : { [right]: true });
        const may = meets({ rights, grants: {}, cells: 'all' }, demand.right, demand.grant).allow;
        const answer = await call({ headers });
        const refused = answer.status === 403 && problemOf(answer) === 'no-right';
        // What a route demands beyond its row is only ever more (a session is started by those who may run).
        expect([where, right, may || refused]).toEqual([where, right, true]);
        // Starting a session takes more, and starting a terminal is for nobody: their handlers see to that.
        const more = ['post /s/:share/api/sessions', 'post /s/:share/api/terminals'].includes(
          `${method} ${path}`
        );
        if (may && !more) {
          expect([where, right, refused]).toEqual([where, right, false]);
        }
      }
    }
  });

  it('T12: a guest of one share is nobody on another: the same answer as for none', async () => {
    test.jupyter.put('other.ipynb', notebook({}));
    const other = await test.share('other.ipynb');
    for (const { method, path, demand } of test.app.routes.filter(each => each.demand.who === 'guest')) {
      const call = (of: string) =>
        test.call(address(path, of), { method: method.toUpperCase(), headers: auth, json: {} });
      const [there, nowhere] = [await call(other), await call('no-such-share-as-this-')];
      expect([path, demand.who, there.status, there.text]).toEqual([path, 'guest', 404, nowhere.text]);
    }
  });

  it('T38: state-changing calls of guests are refused from foreign pages, and by cookie without an origin', async () => {
    const cookie = `liveshare-${share}=${auth['authorization']?.split(' ')[1]}`;
    const changing = test.app.routes.filter(each => each.demand.who === 'guest' && each.method !== 'get');
    expect(changing.length).toBeGreaterThan(5);
    for (const { method, path } of changing) {
      const call = (headers: Record<string, string>) =>
        test.call(address(path), { method: method.toUpperCase(), headers, json: {} });
      expect([path, problemOf(await call({ ...auth, origin: 'https://evil.test' }))]).toEqual([
        path,
        'foreign-origin'
      ]);
      expect([path, problemOf(await call({ cookie, 'sec-fetch-site': 'same-site' }))]).toEqual([
        path,
        'foreign-origin'
      ]);
      expect([path, problemOf(await call({ cookie }))]).toEqual([path, 'foreign-origin']);
    }
    const { status } = await test.call(`s/${share}/api/liveshare/leave`, {
      method: 'POST',
      headers: { cookie: `liveshare-${share}=${(await test.guest(share, {})).token}`, origin: ORIGIN },
      json: {}
    });
    expect(status).toBe(204);
  });
});

describe('every answer', () => {
  it('T13, T29, T43: carries the headers, whatever it says, and nothing of the owner’s server', async () => {
    const answers: [string, TestAnswer][] = [];
    for (const { method, path } of lasting()) {
      for (const headers of [{}, auth]) {
        const options = { method: method.toUpperCase(), headers, ...(method === 'get' ? {} : { json: {} }) };
        answers.push([`${method} ${path}`, await test.call(address(path), options)]);
        answers.push([`${method} ${path}`, await test.owner(address(path), options)]);
      }
    }
    answers.push(['nothing', await test.call('nothing/at/all')]);
    test.jupyter.put('ends.ipynb', notebook({}));
    const ends = await test.share('ends.ipynb');
    const leaver = (await test.guest(ends, { live: true })).auth;
    for (const [headers, user] of [
      [{}, null],
      [leaver, null],
      [{}, OWNER]
    ] as const) {
      answers.push([
        'leave',
        await test.call(`s/${ends}/api/liveshare/leave`, { method: 'POST', headers, json: {} })
      ]);
      answers.push(['end', await test.call(`api/shares/${ends}`, { method: 'DELETE', headers, user })]);
    }
    expect(answers.at(-1)?.[1].status).toBe(204);
    for (const [where, answer] of answers) {
      expect([where, answer.headers]).toEqual([where, expect.objectContaining(HEADERS)]);
      expect([where, answer.headers['cache-control']]).toEqual([where, expect.any(String)]);
      expect([where, answer.headers['content-security-policy']]).toEqual([
        where,
        expect.stringContaining(`'none'`)
      ]);
      const whole = JSON.stringify(answer.headers) + answer.text;
      for (const secret of [
        test.jupyter.token,
        'secret-of-the-owner',
        'FakeTornado',
        '/home/owner',
        test.folder
      ]) {
        expect([where, whole.includes(secret)]).toEqual([where, false]);
      }
    }
  });

  it('T29: guests never read the owner’s folder names', async () => {
    for (const { method, path, demand } of lasting().filter(each => each.demand.who !== 'owner')) {
      const answer = await test.call(address(path), {
        method: method.toUpperCase(),
        headers: auth,
        ...(method === 'get' ? {} : { json: {} })
      });
      expect([path, demand.who, /folder\/|"folder"/.test(answer.text)]).toEqual([path, demand.who, false]);
    }
  });

  it('is not kept by anybody, but for public files of the installation', async () => {
    for (const { path } of test.app.routes.filter(
      each => each.method === 'get' && !each.path.endsWith('/*')
    )) {
      const answer = await test.call(address(path), { headers: auth });
      if (!path.startsWith('/s/:share/page/') && !path.startsWith('/assets/')) {
        expect([path, answer.headers['cache-control']]).toEqual([path, 'no-store']);
      }
    }
  });

  it('T21, T29: what the gate refuses carries them too', async () => {
    for (const [target, status] of [
      [`!/base/liveshare/s/${share}/../x`, 400],
      ['!/elsewhere', 404],
      ['!/base/liveshare//', 400]
    ] as const) {
      const answer = await test.call(target);
      expect(answer.status).toBe(status);
      problemOf(answer);
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'") as string
      });
    }
  });

  it('T30: an address that is not there is not said back', async () => {
    const answer = await test.call('%3Cscript%3Ealert(1)%3C/script%3E');
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('script');
  });
});

describe('methods and addresses that are not in the table', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    '%s on a route of other methods',
    async method => {
      const answer = await test.call(`s/${share}/api/contents/note.ipynb`, { method, headers: auth });
      expect([404, 405]).toContain(answer.status);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  );

  it.each([
    'api/terminals/1',
    'api/shutdown',
    'api/contents/other.ipynb',
    'api/contents/.ipynb_checkpoints',
    'api/kernels/x/channels',
    'api/collaboration/timeline/x',
    'api/collaboration/undo_redo/x',
    'api/collaboration/fork/x',
    'api/config/notebook/x',
    'files/other.ipynb',
    'nbconvert/html/note.ipynb',
    'lab/api/licenses',
    'lab/extensions',
    'tree',
    'terminals/1',
    'api/security/csp-report',
    'lsp/ws/python',
    'page/1/x',
    'page/1',
    'page/1/body',
    'page/secret'
  ])('T33, T32: %s', async path => {
    const answer = await test.call(`s/${share}/${path}`, { headers: auth });
    expect(answer.status).toBe(404);
    expect(problemOf(answer)).toBe('not-found');
  });

  it('S13: HEAD is GET without the body', async () => {
    const answer = await test.call(`s/${share}`, { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('');
  });
});

describe('bodies', () => {
  const json = (body: string, type = 'application/json') =>
    patch({ body, headers: { 'content-type': type } });

  it.each([
    '{"__proto__":{}}',
    '{"lockMode":"soft","constructor":{"prototype":1}}',
    '{"a":[{"b":{"prototype":1}}]}',
    '{"\\u005f\\u005fproto__":{"holdSaves":true}}'
  ])('T83: %s is refused', async body => {
    const answer = await json(body);
    expect([answer.status, problemOf(answer)]).toEqual([400, 'bad-request']);
    expect(test.app.parts.shares.get(share)?.holdSaves).toBe(false);
  });

  it.each([
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'text/plain; application/json'
  ])('T38: content type %j is 415', async type => {
    const answer = await json('{"holdSaves":true}', type);
    expect([answer.status, problemOf(answer)]).toEqual([415, 'not-json']);
    expect(test.app.parts.shares.get(share)?.holdSaves).toBe(false);
  });

  it('application/json with a charset is JSON', async () => {
    expect((await json('{"holdSaves":false}', 'application/json; charset=utf-8')).status).toBe(200);
  });

  it('one byte too many is 413, the byte before is not; multi-byte text counts in bytes', async () => {
    const body = (length: number, fill = 'x') => {
      const rest = JSON.stringify({ lockMode: '' }).length;
      return JSON.stringify({ lockMode: fill.repeat((length - rest) / Buffer.byteLength(fill)) });
    };
    expect((await json(body(20_000))).status).toBe(400);
    expect([(await json(body(20_001))).status]).toEqual([413]);
    expect((await json(body(30_015, 'é'))).status).toBe(413);
  });

  it('T79: a body of untold length is refused once it is too large', async () => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    const send = (length: number) =>
      patch({ body: JSON.stringify({ lockMode: 'x'.repeat(length) }), headers });
    expect((await send(100)).status).toBe(400);
    expect((await send(100_000)).status).toBe(413);
  });

  it.each(['{', '[]', '3', 'null', '"x"', '{"lockMode":"hard"}', '{"unknown":1}', '{"holdSaves":"yes"}'])(
    '%s is 400 and changes nothing',
    async body => {
      const before = test.app.parts.shares.get(share);
      const answer = await json(body);
      expect([answer.status, problemOf(answer)]).toEqual([400, 'bad-request']);
      expect(test.app.parts.shares.get(share)).toEqual(before);
    }
  );

  it('what is wrong is said by field, without the value', async () => {
    const answer = await json(JSON.stringify({ lockMode: 'secret-value' }));
    expect(answer.json<{ detail: string }>().detail).toContain('lockMode');
    expect(answer.text).not.toContain('secret-value');
  });
});

describe('the OpenAPI description', () => {
  type Operation = {
    summary: string;
    parameters: { name: string; in: string; required: boolean }[];
    responses: object;
  };

  it('is 3.1 and lists every declared route with its parameters', async () => {
    const answer = await test.owner('api/openapi.json');
    const document = answer.json<{
      openapi: string;
      info: { title: string; version: string };
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, unknown> };
    }>();
    expect(document.openapi).toBe('3.1.0');
    expect(document.info.title).toBe('jupyter-liveshare');
    const files = test.app.routes.filter(each => each.path.endsWith('/*'));
    const declared = test.app.routes.filter(each => !files.includes(each));
    const ids: string[] = [];
    for (const { method, path } of declared) {
      const key = path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}');
      const operation = document.paths[key]?.[method];
      expect([`${method} ${key}`, operation]).toEqual([
        `${method} ${key}`,
        expect.objectContaining({ summary: expect.any(String) as string })
      ]);
      const names = [...key.matchAll(/\{(\w+)\}/g)].map(match => match[1]);
      expect(operation!.parameters.map(each => each.name)).toEqual(names);
      expect(operation!.parameters.every(each => each.in === 'path' && each.required)).toBe(true);
      expect(Object.keys(operation!.responses)).toEqual(expect.arrayContaining(['default']));
      ids.push(`${method} ${key}`);
    }
    expect(new Set(ids).size).toBe(declared.length);
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Share', 'Person', 'Link'])
    );
  });

  it('every reference in it leads somewhere', async () => {
    const text = (await test.owner('api/openapi.json')).text;
    const document = JSON.parse(text) as Record<string, unknown>;
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(match => match[1]!);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      const found = reference
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
      expect([reference, found]).toEqual([reference, expect.anything()]);
    }
  });
});

describe('errors', () => {
  it('T15: one of our own is 500 without its words; the log has them, without the address', async () => {
    test.app.parts.schemas.set('broken:plugin', {
      id: 'broken:plugin',
      version: '',
      get schema(): unknown {
        throw new Error('a secret of the inside');
      }
    });
    const answer = await test.call(
      `s/${share}/lab/api/settings/broken:plugin?token=${auth['authorization']?.split(' ')[1]}`
    );
    test.app.parts.schemas.delete('broken:plugin');
    expect([answer.status, problemOf(answer)]).toEqual([500, 'internal']);
    expect(answer.text).not.toContain('secret of the inside');
    const line = test.lines.find(each => each.includes('a request failed'));
    expect(line).toContain('a secret of the inside');
    expect(line).not.toContain('token=');
    expect(line).not.toContain(share);
  });

  it('T29, T30: a server in trouble is 502, in our words', async () => {
    test.jupyter.broken.set('/api/contents/folder/note.ipynb', 500);
    const answer = await test.call(`s/${share}/api/contents`, { headers: auth });
    test.jupyter.broken.clear();
    expect([answer.status, problemOf(answer)]).toEqual([502, 'upstream-away']);
    expect(answer.text).not.toContain('owner/');
  });

  it('T15: nothing that was ever logged holds a token, a cookie or a source', async () => {
    const log = test.lines.join('');
    expect(log).not.toMatch(/eyJ/);
    expect(log).not.toContain(test.jupyter.token);
    expect(log).not.toContain('x = 1');
    expect(log).not.toContain('secret-of-the-owner');
  });
});
