/**
 * The five rights an owner ticks, and the finer grants under two of them.
 * Source: IPEP 3 "levels of sharing"; design §1.
 * @module
 */

/** The rights in the order of the dialog's columns. */
export const RIGHTS = ['static', 'live', 'edit', 'save', 'execute'] as const;
/** One of the five rights. */
export type Right = (typeof RIGHTS)[number];
/** Which rights a person holds; every key is present. */
export type Rights = Readonly<Record<Right, boolean>>;

/** Finer grants, the right each one belongs to, and whether it is on when nobody said otherwise. */
export const GRANTS = {
  comment: { under: 'live', on: true },
  copy: { under: 'live', on: true },
  terminals: { under: 'live', on: false },
  complete: { under: 'execute', on: 'edit' },
  widgets: { under: 'execute', on: true },
  input: { under: 'execute', on: true },
  interrupt: { under: 'execute', on: true },
  restart: { under: 'execute', on: false },
  console: { under: 'execute', on: false }
} as const satisfies Record<string, { under: Right; on: boolean | Right }>;
/** One finer grant. */
export type Grant = keyof typeof GRANTS;
/** The grants that differ from their defaults. */
export type Grants = Readonly<Partial<Record<Grant, boolean>>>;

/** All grant names. */
export const GRANT_NAMES = Object.keys(GRANTS) as Grant[];

/** Cells a person may edit: all, or the ids named. */
export type CellScope = 'all' | readonly string[];

/** Versions that a person may see: all, or the numbers named. */
export type VersionScope = 'all' | readonly number[];

/** No right at all. */
export const NO_RIGHTS: Rights = {
  static: false,
  live: false,
  edit: false,
  save: false,
  execute: false
};

/** The rights that cannot stand without `live`. */
export const NEEDS_LIVE: readonly Right[] = ['edit', 'save', 'execute'];

/** Adds what the ticked rights include: `edit`, `save` and `execute` include `live`. */
export function withImplied(rights: Partial<Rights>): Rights {
  const all = { ...NO_RIGHTS, ...rights };
  return { ...all, live: all.live || NEEDS_LIVE.some(right => all[right]) };
}

/** Applies one tick as the dialog shows it: ticking adds what is included, unticking `live` takes what needs it. */
export function tick(rights: Rights, right: Right, on: boolean): Rights {
  const next = { ...rights, [right]: on };
  if (right === 'live' && !on) {
    return { ...next, edit: false, save: false, execute: false };
  }
  return withImplied(next);
}

/** Whether a grant is in force: its right is held, and it is on by choice or by default. */
export function granted(grant: Grant, rights: Rights, grants: Grants, cells: CellScope = 'all'): boolean {
  const { under, on } = GRANTS[grant];
  if (!rights[under]) {
    return false;
  }
  if (grant === 'console' && !(rights.edit && cells === 'all')) {
    return false;
  }
  const chosen = grants[grant];
  if (chosen !== undefined) {
    return chosen;
  }
  return typeof on === 'boolean' ? on : rights[on];
}
