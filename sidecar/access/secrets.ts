/**
 * Random ids, digests, and comparisons that take the same time whatever differs.
 * @module
 */
import { createHash, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** An id nobody can guess: 128 bits, base64url, 22 characters. */
export function newId(): string {
  return randomBytes(16).toString('base64url');
}

/** SHA-256 of a text, hex: what is stored in place of a secret. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether two texts are equal, compared as equal-length digests in constant time. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

/** A passphrase as stored: `<salt>:<scrypt hash>`, hex. */
export function hashPassphrase(passphrase: string): string {
  const salt = randomBytes(16);
  return `${salt.toString('hex')}:${scryptSync(passphrase.normalize('NFC'), salt, 32).toString('hex')}`;
}

/** Whether a passphrase is the stored one. */
export function checkPassphrase(passphrase: string, stored: string): boolean {
  const [salt = '', hash = ''] = stored.split(':');
  const found = scryptSync(passphrase.normalize('NFC'), Buffer.from(salt, 'hex'), 32).toString('hex');
  return sameSecret(found, hash);
}
