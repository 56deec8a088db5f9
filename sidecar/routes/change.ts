/**
 * What bodies that change an access have in common.
 * @module
 */
import type { z } from 'zod';
import type { AccessChange } from '../../protocol/resources.ts';
import { Refusal } from '../policy/verdict.ts';
import type { LinkChange, NewGroup, NewPerson, PersonChange } from './schemas.ts';

/** The part of a body that changes an access; keys left out stay out. */
export function asChange(
  body:
    | z.infer<typeof LinkChange>
    | z.infer<typeof PersonChange>
    | z.infer<typeof NewPerson>
    | z.infer<typeof NewGroup>
): AccessChange {
  const { rights, cells, structure, grants, versions, expiresAt } = body;
  const given = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
  return given({
    rights: rights === undefined ? undefined : given(rights),
    cells,
    structure,
    grants: grants === undefined ? undefined : given(grants),
    versions,
    expiresAt
  }) as AccessChange;
}

/** Refuses an expiry that is over already. */
export function checkFuture(expiresAt: string | null): void {
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) {
    throw new Refusal('bad-request', 'The expiry lies in the past.');
  }
}
