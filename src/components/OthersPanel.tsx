/**
 * The guest's Collaborators panel: who is here and how to get to them, nothing to change.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { Avatar } from './Avatar.tsx';
import { type Journey, Whereabouts } from './Whereabouts.tsx';

/** Props of the panel. */
export interface OthersPanelProps {
  readonly notebook: string;
  readonly owner: string;
  readonly people: readonly { id: string; name: string; color: string; cell: string | null }[];
  /** My own id, to say which one I am. */
  readonly me: string | null;
  /** Goes to where people are. */
  readonly journey: Journey;
  readonly cellNumber: (id: string) => number | null;
  /** The line about what isn't saved. */
  readonly unsaved: React.ReactNode;
  /** The section of comments. */
  readonly comments: React.ReactNode;
  /** The section of versions. */
  readonly versions: React.ReactNode;
  readonly trans: TranslationBundle;
}

/** A list of people. */
export function OthersPanel(props: OthersPanelProps): React.JSX.Element {
  const { trans } = props;
  return (
    <div className="jp-LiveShare jp-LiveShare-panelBody">
      <div className="jp-LiveShare-panelHead">
        <h2 title={props.notebook}>{props.notebook || trans.__('Collaborators')}</h2>
      </div>
      {props.owner && <p>{trans.__('Shared by %1', props.owner)}</p>}
      {props.unsaved}
      <section className="jp-LiveShare-section">
        <h3 className="jp-LiveShare-plainHead">
          {trans.__('Here now')}
          <span className="jp-LiveShare-count">{props.people.length}</span>
        </h3>
        <ul className="jp-LiveShare-others">
          {props.people.map(person => {
            const cell = person.cell === null ? null : props.cellNumber(person.cell);
            return (
              <li key={person.id} className="jp-LiveShare-who">
                <Avatar name={person.name} color={person.color} here={true} />
                <div className="jp-LiveShare-names">
                  <div className="jp-LiveShare-name" title={person.name}>
                    {person.id === props.me ? trans.__('%1 (you)', person.name) : person.name}
                  </div>
                  <div className="jp-LiveShare-sub">
                    {cell !== null && <span>{trans.__('in cell %1', cell)}</span>}
                    {person.id !== props.me && (
                      <Whereabouts person={person} journey={props.journey} trans={trans} />
                    )}
                  </div>
                </div>
              </li>
            );
          })}
        </ul>
      </section>
      {props.versions}
      {props.comments}
    </div>
  );
}
