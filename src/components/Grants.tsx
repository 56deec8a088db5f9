/**
 * The finer grants of a row, folded away: what is in force now, and what could be.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { GRANT_NAMES, type Grant, granted, GRANTS } from '../../protocol/levels.ts';
import type { Access, AccessChange } from '../../protocol/resources.ts';
import { grantLabel, grantTip, rightLabel } from './words.ts';

/** Props of the grants. */
export interface GrantsProps {
  readonly access: Access;
  readonly onChange: (change: AccessChange) => void;
  readonly trans: TranslationBundle;
}

/** A fold with one tick and one sentence a grant; each is in force at once. */
export function Grants(props: GrantsProps): React.JSX.Element {
  const { access, trans } = props;
  const chosen = Object.keys(access.grants).length > 0;
  return (
    <details className="jp-LiveShare-grants">
      <summary>{chosen ? trans.__('Advanced (changed)') : trans.__('Advanced')}</summary>
      <ul>
        {GRANT_NAMES.map(grant => (
          <GrantCheck key={grant} grant={grant} {...props} />
        ))}
      </ul>
    </details>
  );
}

function GrantCheck(props: GrantsProps & { grant: Grant }): React.JSX.Element {
  const { access, grant, trans } = props;
  const tip = React.useId();
  const missing = whatIsMissing(grant, access, trans);
  return (
    <li className={`jp-LiveShare-grant${missing === null ? '' : ' jp-mod-off'}`}>
      <label>
        <input
          type="checkbox"
          data-grant={grant}
          aria-describedby={tip}
          checked={granted(grant, access.rights, access.grants, access.cells)}
          disabled={missing !== null}
          onChange={event => props.onChange({ grants: { [grant]: event.target.checked } })}
        />
        {grantLabel(grant, trans)}
      </label>
      <div id={tip} className="jp-LiveShare-sub">
        {grantTip(grant, trans)}
        {missing !== null && ` ${missing}`}
      </div>
    </li>
  );
}

/** Why a grant can't be given; null when it can. */
function whatIsMissing(grant: Grant, access: Access, trans: TranslationBundle): string | null {
  const { under } = GRANTS[grant];
  if (!access.rights[under]) {
    return trans.__('Needs %1.', rightLabel(under, trans));
  }
  return grant === 'console' && !(access.rights.edit && access.cells === 'all')
    ? trans.__('Needs Edit on the whole notebook.')
    : null;
}
