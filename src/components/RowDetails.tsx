/**
 * What is behind a row's ⋯: scope of Edit, expiry, finer grants, the link again, remove.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { GRANT_NAMES, type Grant, granted, GRANTS } from '../../protocol/levels.ts';
import type { Access, AccessChange } from '../../protocol/resources.ts';
import { ScopeField } from './ScopeField.tsx';
import { grantLabel } from './words.ts';

/** Props of the details. */
export interface RowDetailsProps {
  readonly id: string;
  readonly who: string;
  readonly access: Access;
  /** Numbers of the cells that Edit covers; null for the whole notebook. */
  readonly numbers: readonly number[] | null;
  /** Label of the copy button; null where there is no link. */
  readonly copyLabel: string | null;
  readonly removeLabel: string;
  readonly onChange: (change: AccessChange) => void;
  readonly onPick: () => void;
  readonly onCopy: () => void;
  readonly onRemove: () => void;
  readonly trans: TranslationBundle;
}

const HOUR = 3_600_000;

/** The region that ⋯ opens. */
export function RowDetails(props: RowDetailsProps): React.JSX.Element {
  const { access, trans } = props;
  const offered = GRANT_NAMES.filter(grant => access.rights[GRANTS[grant].under]);
  return (
    <div
      className="jp-LiveShare-details"
      id={props.id}
      role="cell"
      aria-label={trans.__('More for %1', props.who)}
    >
      {access.rights.edit && <ScopeField {...props} />}
      <Expiry access={access} onChange={props.onChange} trans={trans} />
      {offered.length > 0 && (
        <fieldset className="jp-LiveShare-grants">
          <legend>{trans.__('In detail')}</legend>
          {offered.map(grant => (
            <GrantCheck key={grant} grant={grant} {...props} />
          ))}
        </fieldset>
      )}
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

function GrantCheck(props: RowDetailsProps & { grant: Grant }): React.JSX.Element {
  const { access, grant, trans } = props;
  const impossible = grant === 'console' && !(access.rights.edit && access.cells === 'all');
  return (
    <label
      className="jp-LiveShare-grant"
      title={impossible ? trans.__('Needs Edit on the whole notebook') : undefined}
    >
      <input
        type="checkbox"
        checked={granted(grant, access.rights, access.grants, access.cells)}
        disabled={impossible}
        onChange={event => props.onChange({ grants: { ...access.grants, [grant]: event.target.checked } })}
      />
      {grantLabel(grant, trans)}
    </label>
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
