/**
 * Signing keys: Ed25519, one JWK file a key (0600) beside the database, the newest signs, older ones verify until their
 * grace is over.
 * @module
 */
import {
  chmodSync,
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
  fsyncSync
} from 'node:fs';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK
} from 'jose';
import { prepareFolder } from './database.ts';

/** A key pair and its times, milliseconds since the epoch. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly createdAt: number;
}

/** How long a key signs, and how long it verifies, both from its making: a link signed on the last day still lasts its year. */
export const KEY_LIFE = { signs: 90 * 86_400_000, verifies: 460 * 86_400_000 } as const;

/** The key ring. */
export class Keys {
  readonly #folder: string | null;
  readonly #now: () => number;
  #keys: SigningKey[];

  private constructor(folder: string | null, now: () => number, keys: SigningKey[]) {
    this.#folder = folder;
    this.#now = now;
    this.#keys = keys;
  }

  /** Reads the keys of a folder (null: none on disk) and makes one if there is none that may sign. */
  static async open(folder: string | null, now: () => number = Date.now): Promise<Keys> {
    const keys: SigningKey[] = [];
    if (folder !== null) {
      prepareFolder(folder);
      for (const name of readdirSync(folder).filter(file => file.endsWith('.jwk'))) {
        const path = join(folder, name);
        if (!lstatSync(path).isFile()) {
          throw new Error('a signing key is not a plain file');
        }
        chmodSync(path, 0o600);
        keys.push(await fromJwk(JSON.parse(readFileSync(path, 'utf8')) as JWK & { created_at?: number }));
      }
    }
    const ring = new Keys(folder, now, keys);
    await ring.tidy();
    return ring;
  }

  /** The key to sign with: rotated first when it is due, so that a process may run for years. */
  async signing(): Promise<SigningKey> {
    if (this.current.createdAt + KEY_LIFE.signs <= this.#now()) {
      await this.tidy();
    }
    return this.current;
  }

  /** The newest key. */
  get current(): SigningKey {
    const newest = this.#keys.reduce((a, b) => (b.createdAt > a.createdAt ? b : a));
    return newest;
  }

  /** A key by its id, while it verifies. */
  find(kid: string): SigningKey | undefined {
    const now = this.#now();
    return this.#keys.find(key => key.kid === kid && key.createdAt + KEY_LIFE.verifies > now);
  }

  /** Adds a new signing key; the older ones go on verifying through their grace. */
  async rotate(): Promise<void> {
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const jwk = await exportJWK(pair.privateKey);
    const kid = await calculateJwkThumbprint(jwk);
    // Two keys of one millisecond would leave "newest" open.
    const createdAt = Math.max(this.#now(), ...this.#keys.map(key => key.createdAt + 1));
    this.#write(kid, { ...jwk, kid, created_at: createdAt });
    this.#keys.push({ kid, ...pair, createdAt });
  }

  /** Rotates when the newest key is too old to sign, and removes keys whose grace is over. */
  async tidy(): Promise<void> {
    const now = this.#now();
    if (!this.#keys.some(key => key.createdAt + KEY_LIFE.signs > now)) {
      await this.rotate();
    }
    for (const key of this.#keys.filter(each => each.createdAt + KEY_LIFE.verifies <= now)) {
      this.remove(key.kid);
    }
  }

  /** Takes a key away: nothing it signed is valid any longer. */
  remove(kid: string): void {
    this.#keys = this.#keys.filter(key => key.kid !== kid);
    if (this.#folder !== null) {
      rmSync(join(this.#folder, `${kid}.jwk`), { force: true });
    }
  }

  #write(kid: string, jwk: object): void {
    if (this.#folder === null) {
      return;
    }
    const path = join(this.#folder, `${kid}.jwk`);
    const file = openSync(`${path}.new`, 'wx', 0o600);
    try {
      writeSync(file, JSON.stringify(jwk));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
  }
}

async function fromJwk(jwk: JWK & { created_at?: number }): Promise<SigningKey> {
  const { d: _secret, created_at: createdAt, ...open } = jwk;
  const privateKey = await importJWK(jwk, 'EdDSA');
  const publicKey = await importJWK(open, 'EdDSA');
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array || jwk.kid === undefined) {
    throw new Error('a signing key is damaged');
  }
  return { kid: jwk.kid, privateKey, publicKey, createdAt: createdAt ?? 0 };
}
