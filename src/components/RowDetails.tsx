/**
 * What is behind a row's ⋯: scope of Edit, expiry, finer grants, the link again, remove.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Access, AccessChange, Link, LinkChange } from '../../protocol/resources.ts';
import { Grants } from './Grants.tsx';
import { LinkOptions } from './LinkOptions.tsx';
import { ScopeField } from './ScopeField.tsx';
import { VersionsField } from './VersionsField.tsx';

/** Props of the details. */
export interface RowDetailsProps {
  readonly id: string;
  readonly who: string;
  readonly access: Access;
  /** Numbers of the cells that Edit covers; null for the whole notebook. */
  readonly numbers: readonly number[] | null;
  /** The open link that the row is about; null for a person. */
  readonly link: Link | null;
  /** Label of the copy button; null where there is no link. */
  readonly copyLabel: string | null;
  readonly removeLabel: string;
  readonly onChange: (change: LinkChange) => void;
  readonly onPick: () => void;
  readonly onCopy: () => void;
  readonly onRemove: () => void;
  readonly trans: TranslationBundle;
}

const HOUR = 3_600_000;

/** The region that ⋯ opens. */
export function RowDetails(props: RowDetailsProps): React.JSX.Element {
  const { access, trans } = props;
  return (
    <div
      className="jp-LiveShare-details"
      id={props.id}
      role="cell"
      aria-label={trans.__('More for %1', props.who)}
    >
      {access.rights.edit && <ScopeField {...props} />}
      {(access.rights.static || access.rights.save) && (
        <VersionsField access={access} onChange={props.onChange} trans={trans} />
      )}
      <Expiry access={access} onChange={props.onChange} trans={trans} />
      {props.link && <LinkOptions link={props.link} onChange={props.onChange} trans={trans} />}
      <Grants access={access} onChange={props.onChange} trans={trans} />
      <div className="jp-LiveShare-detailButtons">
        {props.copyLabel !== null && (
          <button
            type="button"
            className="jp-Button jp-mod-styled jp-LiveShare-small"
            title={trans.__('Makes a new link; the one before stops working')}
            onClick={props.onCopy}
          >
            {props.copyLabel}
          </button>
        )}
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-warn jp-LiveShare-small"
          onClick={props.onRemove}
        >
          {props.removeLabel}
        </button>
      </div>
    </div>
  );
}

function Expiry(props: {
  access: Access;
  onChange: (change: AccessChange) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { access, trans } = props;
  const until = access.expiresAt === null ? null : new Date(access.expiresAt).toLocaleString();
  const choices: readonly [string, number][] = [
    [trans.__('in 1 hour'), HOUR],
    [trans.__('in 1 day'), 24 * HOUR],
    [trans.__('in 1 week'), 7 * 24 * HOUR]
  ];
  const choose = (value: string): void => {
    const ms = Number(value);
    props.onChange({ expiresAt: ms > 0 ? new Date(Date.now() + ms).toISOString() : null });
  };
  return (
    <label className="jp-LiveShare-expiry">
      {trans.__('Access ends')}
      <select
        className="jp-mod-styled"
        value={until === null ? '0' : 'now'}
        onChange={event => choose(event.target.value)}
      >
        <option value="0">{trans.__('never')}</option>
        {until !== null && <option value="now">{until}</option>}
        {choices.map(([label, ms]) => (
          <option key={ms} value={ms}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
