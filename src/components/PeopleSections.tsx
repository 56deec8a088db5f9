/**
 * Everybody with rights: the owner, who is here now, who is away; a search field when there are many.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Person } from '../../protocol/resources.ts';
import { Avatar } from './Avatar.tsx';
import { GuestRow, type RowProps } from './GuestRow.tsx';
import { RemovedRows } from './RemovedRows.tsx';
import { Section, type SectionFold } from './Section.tsx';

/** People beyond which one searches rather than looks. */
const MANY = 8;

/** Props of the sections. */
export interface PeopleSectionsProps {
  readonly rows: RowProps;
  /** The owner's own cell and colour. */
  readonly me: { readonly cell: string | null; readonly color: string };
  readonly section: (name: string, title: string, count?: number) => SectionFold;
  readonly trans: TranslationBundle;
}

/** Two sections. */
export function PeopleSections({ me, rows, section, trans }: PeopleSectionsProps): React.JSX.Element {
  const [query, setQuery] = React.useState('');
  const all = rows.view.share.people.filter(person => !person.waiting);
  const many = all.length > MANY;
  const found = many ? all.filter(person => fits(person, query)) : all;
  const here = found.filter(person => person.tabs > 0);
  const away = found.filter(person => person.tabs === 0);
  const nobody = all.length === 0 && rows.view.share.links.length === 0;
  return (
    <>
      {many && (
        <input
          type="search"
          className="jp-mod-styled jp-LiveShare-search"
          placeholder={trans.__('Find a person')}
          aria-label={trans.__('Find a person')}
          value={query}
          onChange={event => setQuery(event.target.value)}
        />
      )}
      <Section {...section('here', trans.__('Here now'), 1 + all.filter(person => person.tabs > 0).length)}>
        <You me={me} rows={rows} trans={trans} />
        <div role="table" aria-label={trans.__('Here now')}>
          {here.map(person => (
            <GuestRow key={person.id} {...rows} person={person} />
          ))}
        </div>
      </Section>
      <Section {...section('invited', trans.__('Invited'), all.filter(person => person.tabs === 0).length)}>
        {nobody && (
          <p>{trans.__('Nobody else can open this notebook. Add a person, or turn on the link.')}</p>
        )}
        {!nobody && away.length === 0 && query === '' && (
          <p>{trans.__('Everybody who was invited is here.')}</p>
        )}
        <div role="table" aria-label={trans.__('Invited')}>
          {away.map(person => (
            <GuestRow key={person.id} {...rows} person={person} />
          ))}
          <RemovedRows view={rows.view} actions={rows.actions} trans={trans} />
        </div>
      </Section>
      {many && found.length === 0 && <p role="status">{trans.__('Nobody here has a name like that.')}</p>}
    </>
  );
}

/** The owner's own line. */
function You(props: Pick<PeopleSectionsProps, 'me' | 'rows' | 'trans'>): React.JSX.Element {
  const { me, rows, trans } = props;
  const cell = me.cell === null ? null : rows.cellNumber(me.cell);
  return (
    <div className="jp-LiveShare-who jp-LiveShare-you">
      <Avatar name={trans.__('You')} color={me.color} here={true} />
      <div className="jp-LiveShare-names">
        <div className="jp-LiveShare-name">{trans.__('You')}</div>
        <div className="jp-LiveShare-sub">
          {cell === null ? trans.__('owner') : trans.__('owner, in cell %1', cell)}
        </div>
      </div>
    </div>
  );
}

function fits(person: Person, query: string): boolean {
  const wanted = query.trim().toLocaleLowerCase();
  return [person.name, person.username ?? ''].some(text => text.toLocaleLowerCase().includes(wanted));
}
