import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf } from '../testing/books.ts';
import { FakeJupyter, notebook } from '../testing/fakeJupyter.ts';
import { Contents, segments } from './contents.ts';
import { Internal } from './internal.ts';
import { Jupyter } from './jupyter.ts';
import { Kernels } from './kernel.ts';
import { toHtml } from './nbconvert.ts';

let fake: FakeJupyter;
let jupyter: Jupyter;
beforeEach(async () => {
  fake = await FakeJupyter.start();
  jupyter = new Jupyter(fake.upstream);
});
afterEach(() => fake.close());

describe('the Jupyter Server', () => {
  it('is called with our own token and host, and each segment encoded', async () => {
    await jupyter.call(['api', 'contents', 'a b/../c?d#e.ipynb', 'ü%2F', '..'], { query: { type: 'x&y=1' } });
    const [seen] = fake.seen;
    expect(seen?.target).toBe('/api/contents/a%20b%2F..%2Fc%3Fd%23e.ipynb/%C3%BC%252F/..?type=x%26y%3D1');
    expect(seen?.headers).toMatchObject({ authorization: `token ${fake.token}`, host: 'localhost' });
    expect(seen?.headers.cookie).toBeUndefined();
  });

  it('room names keep their colons: jupyter-collaboration reads them from the raw path', async () => {
    await jupyter.call(['api', 'collaboration', 'room', 'json:notebook:id']);
    expect(fake.seen[0]?.target).toBe('/api/collaboration/room/json:notebook:id');
  });

  it('bodies are JSON with their length', async () => {
    await jupyter.call(['api', 'sessions'], {
      method: 'POST',
      body: { path: 'é', kernel: { name: 'python3' } }
    });
    expect(fake.seen[0]).toMatchObject({ method: 'POST', body: { path: 'é' } });
    expect(fake.seen[0]?.headers['content-type']).toBe('application/json');
  });

  it('get: what is there, not-found, or upstream-away with the status alone', async () => {
    fake.put('note.ipynb', notebook({}));
    expect(await jupyter.get(['api', 'contents', 'note.ipynb'])).toMatchObject({ name: 'note.ipynb' });
    expect(await refusalOf(() => jupyter.get(['api', 'contents', 'other.ipynb']))).toBe('not-found');
    for (const status of [301, 403, 500, 503]) {
      fake.broken.set('/api/contents/note.ipynb', status);
      await expect(jupyter.get(['api', 'contents', 'note.ipynb'])).rejects.toMatchObject({
        code: 'upstream-away',
        message: `The Jupyter Server answered ${status}.`
      });
    }
  });

  it('that is not there is upstream-away', async () => {
    const gone = new Jupyter({ socket: '/nowhere/j.sock', baseUrl: '/', token: 't' });
    expect(await refusalOf(() => gone.call(['api']))).toBe('upstream-away');
  });

  it('that doesn’t answer in time is upstream-away', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    fake.gate = promise;
    expect(await refusalOf(() => jupyter.call(['api'], { timeout: 20 }))).toBe('upstream-away');
    resolve(undefined);
  });

  it('an answer that is no JSON is undefined', async () => {
    const page = await jupyter.call(['nbconvert', 'html'], {
      method: 'POST',
      body: { content: { cells: [] } }
    });
    expect(page.json()).toBeUndefined();
    expect(page.body.toString()).toBe('<html><body></body></html>');
  });
});

describe('contents', () => {
  it('are read by path, without or with the notebook, and checked', async () => {
    const contents = new Contents(jupyter);
    fake.put('a b/note.ipynb', notebook({ a: 'x' }));
    expect(await contents.notebook('a b/note.ipynb', true)).toMatchObject({
      path: 'a b/note.ipynb',
      writable: true
    });
    expect(fake.seen[0]?.target).toBe('/api/contents/a%20b/note.ipynb?type=notebook&content=1');
    fake.broken.set('/api/contents/a%20b/note.ipynb', 200);
    expect(await refusalOf(() => contents.notebook('a b/note.ipynb', true))).toBe('upstream-away');
  });

  it('S24: a file is known by its id, wherever it is', async () => {
    const contents = new Contents(jupyter);
    const { id } = fake.put('a/note.ipynb', notebook({}));
    expect(await contents.fileId('a/note.ipynb')).toBe(id);
    expect(await contents.pathOf(id)).toBe('a/note.ipynb');
    fake.rename('a/note.ipynb', 'b/other.ipynb');
    expect(await contents.pathOf(id)).toBe('b/other.ipynb');
    fake.files.clear();
    expect(await contents.pathOf(id)).toBeNull();
    expect(await refusalOf(() => contents.fileId('a/note.ipynb'))).toBe('not-found');
  });

  it('checkpoints are made of the file', async () => {
    const file = fake.put('note.ipynb', notebook({}));
    await new Contents(jupyter).checkpoint('note.ipynb');
    expect(file.checkpoints).toBe(1);
  });

  it.each([
    ['a/b.ipynb', ['a', 'b.ipynb']],
    ['/a//b/', ['a', 'b']],
    ['', []]
  ])('segments of %j', (path, parts) => {
    expect(segments(path)).toEqual(parts);
  });
});

describe('kernels', () => {
  it('of a notebook: by its path alone', async () => {
    const kernels = new Kernels(jupyter);
    expect(await kernels.find('note.ipynb')).toBeNull();
    const other = fake.startKernel('folder/note.ipynb');
    expect(await kernels.find('note.ipynb')).toBeNull();
    const mine = fake.startKernel('note.ipynb');
    expect(await kernels.find('note.ipynb')).toMatchObject({ kernel: mine.id, name: 'python3' });
    expect(await kernels.state(other.id)).toBe('idle');
    expect(await kernels.state('nothing')).toBeNull();
  });

  it('are started, interrupted and restarted', async () => {
    const kernels = new Kernels(jupyter);
    const { kernel } = await kernels.start('note.ipynb', 'ir');
    expect(fake.kernels.get(kernel)?.name).toBe('ir');
    await kernels.control(kernel, 'interrupt');
    await kernels.control(kernel, 'restart');
    expect(
      fake.seenAt('/api/kernels').map(each => `${each.method} ${each.target.split('/').at(-1)}`)
    ).toEqual(['POST interrupt', 'POST restart']);
    expect(await refusalOf(() => kernels.control('nothing', 'restart'))).toBe('not-found');
  });

  it('specs have no paths', async () => {
    const specs = await new Kernels(jupyter).specs();
    expect(specs.default).toBe('python3');
    expect(JSON.stringify(specs)).not.toContain('/home/owner');
  });
});

describe('what only the Python side can do', () => {
  it('holds files and knows accounts', async () => {
    const internal = new Internal(jupyter);
    await internal.hold(['a', 'b']);
    expect(fake.held).toEqual(['a', 'b']);
    fake.accounts = [{ username: 'ada', name: 'Ada' }];
    fake.groups = [{ group: 'a/b c', users: ['ada'] }];
    expect(await internal.people('a&d=x')).toEqual({
      users: fake.accounts,
      groups: [{ group: 'a/b c', members: 1 }]
    });
    expect(await internal.group('a/b c')).toEqual([{ username: 'ada', name: 'ada' }]);
    expect(await internal.group('none')).toBeNull();
    expect(fake.seenAt('/liveshare/internal/people')[0]?.target).toBe(
      '/liveshare/internal/people?query=a%26d%3Dx'
    );
  });
});

describe('nbconvert', () => {
  it('makes a page, or says that it couldn’t', async () => {
    expect(await toHtml(jupyter, 'note.ipynb', notebook({ a: 'x = 1' }))).toContain('x = 1');
    fake.broken.set('/nbconvert/html', 500);
    expect(await refusalOf(() => toHtml(jupyter, 'note.ipynb', notebook({})))).toBe('upstream-away');
  });
});
