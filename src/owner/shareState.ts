/**
 * A share with one part replaced; pure.
 * @module
 */
import { LINK_ROW } from '../components/model.ts';
import type { Access, Link, LinkChange, PersonWithLink, Share } from '../../protocol/resources.ts';

/** With a person added or replaced; their link, if any, is not kept. */
export function putPerson(share: Share, answer: PersonWithLink): Share {
  const { url: _url, ...person } = answer;
  return { ...share, people: put(share.people, person) };
}

/** With a link added or replaced. */
export function putLink(share: Share, link: Link): Share {
  return { ...share, links: put(share.links, link) };
}

/** People who wait at the door and didn't before. */
export function newcomers(before: Share, now: Share): readonly string[] {
  const waited = new Set(before.people.filter(one => one.waiting).map(one => one.id));
  return now.people.filter(one => one.waiting && !waited.has(one.id)).map(one => one.id);
}

/** With people in the cells they went to. */
export function withPlaces(share: Share, places: Readonly<Record<string, string | null>>): Share {
  const went = (id: string): boolean => Object.hasOwn(places, id);
  const people = share.people.map(one => (went(one.id) ? { ...one, cell: places[one.id] ?? null } : one));
  return { ...share, people };
}

/** Without a person or a link. */
export function withoutRow(share: Share, row: string): Share {
  const id = linkOf(share, row)?.id ?? row;
  return {
    ...share,
    people: share.people.filter(one => one.id !== id),
    links: share.links.filter(one => one.id !== id)
  };
}

/** The link that a row is about; the first link's row keeps its name while the link comes and goes. */
export function linkOf(share: Share, row: string): Link | null {
  return (row === LINK_ROW ? share.links[0] : share.links.find(one => one.id === row)) ?? null;
}

/** With a row as it will be once a change is made; ticks have a state of their own. */
export function withChange(share: Share, row: string, change: LinkChange): Share {
  const { rights: _rights, passphrase, ...access } = change;
  const link = linkOf(share, row);
  if (link) {
    const hasPassphrase = passphrase === undefined ? link.hasPassphrase : passphrase !== null;
    return putLink(share, { ...link, ...access, hasPassphrase });
  }
  const person = share.people.find(one => one.id === row);
  return person ? putPerson(share, { ...person, ...access }) : share;
}

/** With a row as it was, for a change that wasn't made; where the person is, and what is ticked, are newer. */
export function withRowOf(before: Share, share: Share, row: string): Share {
  const [link, linkNow] = [linkOf(before, row), linkOf(share, row)];
  if (link && linkNow) {
    return putLink(share, { ...link, rights: linkNow.rights, uses: linkNow.uses });
  }
  const [person, now] = [before, share].map(each => each.people.find(one => one.id === row));
  return person && now
    ? putPerson(share, { ...person, rights: now.rights, tabs: now.tabs, cell: now.cell })
    : share;
}

/** What a row's person or link may do. */
export function accessOf(share: Share, row: string): Access | null {
  return linkOf(share, row) ?? share.people.find(one => one.id === row) ?? null;
}

function put<T extends { readonly id: string }>(list: readonly T[], item: T): readonly T[] {
  return list.some(one => one.id === item.id)
    ? list.map(one => (one.id === item.id ? item : one))
    : [...list, item];
}
