/**
 * Go to where somebody is, or follow them.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** What a view beside a notebook can do to get to people. */
export interface Journey {
  /** Whom we follow; null for nobody. */
  readonly following: string | null;
  /** Shows the cell that a person is in. */
  go(person: string): void;
  /** Follows a person; null stops. */
  follow(person: string | null): void;
}

/** Somebody who is here. */
export interface Placed {
  readonly id: string;
  readonly name: string;
  readonly cell: string | null;
}

/** Two buttons; nothing while it isn't known where the person is. */
export function Whereabouts(props: {
  person: Placed;
  journey: Journey;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { journey, person, trans } = props;
  const follows = journey.following === person.id;
  if (person.cell === null && !follows) {
    return null;
  }
  return (
    <span className="jp-LiveShare-journey">
      <button
        type="button"
        className="jp-LiveShare-link"
        aria-label={trans.__('Go to the cell of %1', person.name)}
        onClick={() => journey.go(person.id)}
      >
        {trans.__('Go')}
      </button>
      <button
        type="button"
        className="jp-LiveShare-link"
        aria-pressed={follows}
        aria-label={trans.__('Follow %1', person.name)}
        title={
          follows
            ? trans.__(
                'Your view goes along with %1; it stops when you scroll or click in the notebook',
                person.name
              )
            : trans.__('Scroll along with %1', person.name)
        }
        onClick={() => journey.follow(follows ? null : person.id)}
      >
        {follows ? trans.__('Following') : trans.__('Follow')}
      </button>
    </span>
  );
}
