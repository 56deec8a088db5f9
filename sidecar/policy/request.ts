/**
 * Who may call a route: the owner, anybody whom Jupyter has authenticated, a guest with a right, or anybody. Each route declares one of these; the table of
 * all routes is walked by a test.
 * @module
 */
import { granted, type Grant, type Right } from '../../protocol/levels.ts';
import type { Access } from '../../protocol/resources.ts';
import { ALLOW, refuse, type Verdict } from './verdict.ts';

/** What a route demands. `any` right: being on the share's list is enough. */
export type Demand =
  | { readonly who: 'anyone' }
  | { readonly who: 'owner' }
  | { readonly who: 'account' }
  | { readonly who: 'guest'; readonly right: Right | 'any'; readonly grant?: Grant };

/** Whether a guest with this access meets the demand. */
export function meets(
  access: Pick<Access, 'rights' | 'grants' | 'cells'>,
  right: Right | 'any',
  grant?: Grant
): Verdict {
  if (right !== 'any' && !access.rights[right]) {
    return refuse('no-right');
  }
  if (grant !== undefined && !granted(grant, access.rights, access.grants, access.cells)) {
    return refuse('no-right');
  }
  return ALLOW;
}

/** Inputs of the cross-site check. */
export interface Provenance {
  /** `Origin` header. */
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site` header. */
  readonly fetchSite: string | undefined;
  /** Origin the browser sees us at. */
  readonly own: string;
  /** Further origins, exact (`ServerApp.allow_origin`); `*` allows all. */
  readonly allowed: readonly string[];
  /** Whether the credential is one that browsers attach by themselves (a cookie). */
  readonly ambient: boolean;
}

/**
 * Whether a state-changing call or a socket comes from our own pages. A proxy may end TLS before us, so `https` on our
 * host counts as ours; nothing else but an exact match does. Fetch Metadata (W3C) is checked where sent.
 */
export function sameSite(p: Provenance): Verdict {
  if (p.origin !== undefined) {
    const ok =
      p.origin === p.own ||
      p.origin === secure(p.own) ||
      p.allowed.includes(p.origin) ||
      p.allowed.includes('*');
    return ok ? ALLOW : refuse('foreign-origin');
  }
  if (p.fetchSite !== undefined && p.fetchSite !== 'same-origin') {
    return refuse('foreign-origin');
  }
  if (p.ambient && p.fetchSite === undefined) {
    return refuse('foreign-origin');
  }
  return ALLOW;
}

function secure(origin: string): string {
  return origin.replace(/^http:/, 'https:');
}
