/**
 * What others have shared with the account in front of this page.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { type Right, RIGHTS } from '../../protocol/levels.ts';
import type { SharedWithMe as Shared } from '../../protocol/resources.ts';
import { endsText, listOf, rightVerb } from './words.ts';

/** A list of links, each opening the shared notebook in a tab of its own. */
export function SharedWithMe(props: {
  shared: readonly Shared[];
  error: string | null;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { error, shared, trans } = props;
  return (
    <div className="jp-LiveShare jp-LiveShare-panelBody">
      <div className="jp-LiveShare-panelHead">
        <h2>{trans.__('Shared with me')}</h2>
      </div>
      {error !== null && (
        <div className="jp-LiveShare-error" role="alert">
          {error}
        </div>
      )}
      {shared.length === 0 && error === null && (
        <p>{trans.__('Nobody here has shared a notebook with you.')}</p>
      )}
      <ul className="jp-LiveShare-others">
        {shared.map(one => (
          <li key={one.url} className="jp-LiveShare-shared">
            <a href={one.url} target="_blank" rel="noopener">
              {one.name}
            </a>
            <div className="jp-LiveShare-sub">{sharedText(one, trans)}</div>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** "by Ada · you can edit and run cells · ends in 2 hours". */
export function sharedText(one: Shared, trans: TranslationBundle): string {
  const parts = [trans.__('by %1', one.owner), mayText(one, trans)];
  return [...parts, ...(one.expiresAt === null ? [] : [endsText(one.expiresAt, trans)])].join(' · ');
}

function mayText({ rights }: Shared, trans: TranslationBundle): string {
  const shown = (right: Right): boolean => rights[right] && (right !== 'live' || !rights.edit);
  const verbs = RIGHTS.filter(shown).map(right => rightVerb(right, trans));
  return verbs.length === 0 ? trans.__('no right yet') : trans.__('you can %1', listOf(verbs, trans));
}
