import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEY_LIFE, Keys } from './keys.ts';

let folder: string;
let root: string;
let umask: number;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lsk-'));
  folder = join(root, 'keys');
  umask = process.umask(0);
});
afterEach(() => {
  process.umask(umask);
  rmSync(root, { recursive: true, force: true });
});
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('files', () => {
  it.each([0o000, 0o022])(
    'T94: under umask %i the folder is 0700 and each key 0600, also where they were looser',
    async mask => {
      process.umask(mask);
      const first = await Keys.open(folder);
      const [file = ''] = readdirSync(folder);
      expect(file).toBe(`${first.current.kid}.jwk`);
      expect(mode(folder)).toBe('700');
      expect(mode(join(folder, file))).toBe('600');
      chmodSync(folder, 0o755);
      chmodSync(join(folder, file), 0o644);
      await Keys.open(folder);
      expect(mode(folder)).toBe('700');
      expect(mode(join(folder, file))).toBe('600');
    }
  );

  it('T94: a link in place of a key or of the folder is refused', async () => {
    const kept = await Keys.open(folder);
    const target = join(root, 'planted.jwk');
    writeFileSync(target, '{}');
    symlinkSync(target, join(folder, 'planted.jwk'));
    await expect(Keys.open(folder)).rejects.toThrow('not a plain file');
    rmSync(join(folder, 'planted.jwk'));
    expect((await Keys.open(folder)).current.kid).toBe(kept.current.kid);
    symlinkSync(folder, join(root, 'other'));
    await expect(Keys.open(join(root, 'other'))).rejects.toThrow('not a plain folder');
  });

  it('a damaged key stops the start instead of being skipped', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'x.jwk'), '{"kty":"oct","k":"c2VjcmV0"}');
    await expect(Keys.open(folder)).rejects.toThrow();
  });

  it('the same keys are there after a restart', async () => {
    const first = await Keys.open(folder);
    await first.rotate();
    const again = await Keys.open(folder);
    expect(again.current.kid).toBe(first.current.kid);
    expect(readdirSync(folder)).toHaveLength(2);
  });
});

describe('T5: rotation', () => {
  it('the newest signs, also when two were made in one millisecond', async () => {
    const keys = await Keys.open(null, () => 1_000);
    const seen = [keys.current.kid];
    for (let i = 0; i < 3; i++) {
      await keys.rotate();
      expect(seen).not.toContain(keys.current.kid);
      seen.push(keys.current.kid);
    }
    expect(seen.every(kid => keys.find(kid) !== undefined)).toBe(true);
  });

  it('a process that is never restarted rotates all the same; what it signed last with a key lasts a year', async () => {
    let now = 0;
    const keys = await Keys.open(folder, () => now);
    const first = (await keys.signing()).kid;
    now = KEY_LIFE.signs - 1;
    expect((await keys.signing()).kid).toBe(first);
    now += 365 * 86_400_000;
    expect(keys.find(first)).toBeDefined();
    const second = (await keys.signing()).kid;
    expect(second).not.toBe(first);
    expect(keys.find(second)).toBeDefined();
    expect(readdirSync(folder).sort()).toEqual([`${first}.jwk`, `${second}.jwk`].sort());
  });

  it('a key signs 90 days, verifies 460, and is gone from disk after that', async () => {
    let now = 0;
    const first = await Keys.open(folder, () => now);
    const old = first.current.kid;
    now = KEY_LIFE.signs - 1;
    expect((await Keys.open(folder, () => now)).current.kid).toBe(old);
    now = KEY_LIFE.signs;
    const second = await Keys.open(folder, () => now);
    expect(second.current.kid).not.toBe(old);
    now = KEY_LIFE.verifies - 1;
    expect(second.find(old)?.kid).toBe(old);
    now = KEY_LIFE.verifies;
    expect(second.find(old)).toBeUndefined();
    await second.tidy();
    expect(readdirSync(folder)).not.toContain(`${old}.jwk`);
  });

  it('a removed key verifies nothing any more, also after a restart', async () => {
    const keys = await Keys.open(folder);
    const old = keys.current.kid;
    await keys.rotate();
    keys.remove(old);
    expect(keys.find(old)).toBeUndefined();
    expect((await Keys.open(folder)).find(old)).toBeUndefined();
  });

  it('private keys of the ring are Ed25519', async () => {
    const keys = await Keys.open(null);
    expect(keys.current.privateKey.algorithm.name).toBe('Ed25519');
    expect(keys.find('')).toBeUndefined();
    expect(keys.find('../../etc/passwd')).toBeUndefined();
  });
});
