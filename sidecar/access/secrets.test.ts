import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPassphrase, digest, hashPassphrase, newId, sameSecret } from './secrets.ts';

describe('secrets', () => {
  it('ids have 128 bits and none comes twice', () => {
    const ids = Array.from({ length: 1_000 }, newId);
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.every(id => /^[A-Za-z0-9_-]{22}$/.test(id))).toBe(true);
  });

  it('T16: a digest is SHA-256 and not the text', () => {
    expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('sameSecret compares whole texts of any length', () => {
    expect(sameSecret('a', 'a')).toBe(true);
    expect(sameSecret('', '')).toBe(true);
    expect(sameSecret('a', 'ab')).toBe(false);
    expect(sameSecret('a', 'b')).toBe(false);
    expect(sameSecret('é', 'e\u0301')).toBe(false);
  });

  it('a passphrase is kept salted and found again, composed or not', () => {
    const stored = hashPassphrase('café');
    expect(stored).not.toContain('caf');
    expect(hashPassphrase('café')).not.toBe(stored);
    expect(checkPassphrase('café', stored)).toBe(true);
    expect(checkPassphrase('cafe\u0301', stored)).toBe(true);
    expect(checkPassphrase('cafe', stored)).toBe(false);
    expect(checkPassphrase('', stored)).toBe(false);
    expect(checkPassphrase('anything', '')).toBe(false);
  });

  it('T17: secrets are compared by sameSecret alone', () => {
    const read = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8');
    expect(read('secrets.ts')).toMatch(/timingSafeEqual/);
    const lines = ['peer.ts', 'join.ts', 'authenticate.ts', 'links.ts', 'people.ts', 'secrets.ts']
      .flatMap(file => read(file).split('\n'))
      // `undefined`, `null` and lengths are no secrets.
      .filter(line => /[!=]==/.test(line) && !/[!=]== (?:undefined|null|''|0)\b/.test(line));
    const suspicious = lines.filter(line => /\b(?:trust|secret|token|hash|digest|passphrase)\b/i.test(line));
    expect(suspicious).toEqual([]);
  });
});
