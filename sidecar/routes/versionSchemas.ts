/**
 * Schemas of versions; the types are those of `protocol/versions.ts`.
 * @module
 */
import { z } from '@hono/zod-openapi';
import { SomebodyShown, Time, VersionNumber } from './schemas.ts';

/** A version's message is text of some lines; it may be empty. */
const Message = z
  .string()
  .max(2_000)
  .transform(value => value.normalize('NFC').replace(/\r\n?/g, '\n').trim())
  .pipe(
    z
      .string()
      .regex(
        /^[^\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff]*(?:\n[^\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff]*)*$/u,
        'has characters that a message may not have'
      )
  );

/** Body of `POST versions`. */
export const NewVersion = z.strictObject({ message: Message });
/** Body of `PATCH versions/<n>`. */
export const VersionChange = z.strictObject({ pinned: z.boolean() });
const version = {
  number: VersionNumber,
  at: Time,
  person: SomebodyShown,
  message: z.string(),
  cells: z.number(),
  pinned: z.boolean(),
  commit: z.string().nullable()
};
/** A version as shown. */
export const VersionShown = z.object(version).openapi('Version');
/** Versions as shown. */
export const VersionsShown = z.object({ items: z.array(VersionShown), kept: z.number() });
/** A version that was just saved. */
export const VersionSavedShown = z.object({
  ...version,
  file: z.enum(['success', 'skipped', 'failed']),
  dropped: z.array(VersionNumber),
  commitProblem: z.string().nullable()
});
/** A version with its notebook. */
export const VersionContentShown = z.object({ ...version, content: z.record(z.string(), z.unknown()) });
/** What restoring came to. */
export const VersionRestoredShown = z.object({ changed: z.number() });
const Side = z.union([VersionNumber, z.literal('now')]);
/** What changed between two versions. */
export const VersionDiffShown = z.object({ from: Side, to: Side, text: z.string() });
