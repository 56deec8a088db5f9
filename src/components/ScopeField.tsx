/**
 * What Edit covers: the whole notebook or selected cells, with or without changing their order and number.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Access, AccessChange } from '../../protocol/resources.ts';
import { numberRuns } from './scope.ts';

/** Props of the field. */
export interface ScopeFieldProps {
  readonly access: Access;
  /** Numbers of the cells covered; null for the whole notebook. */
  readonly numbers: readonly number[] | null;
  readonly onChange: (change: AccessChange) => void;
  /** Lets the owner pick cells in the notebook. */
  readonly onPick: () => void;
  readonly trans: TranslationBundle;
}

/** Two choices, a button and a tick. Choosing "selected cells" leads to picking: until then nothing changes. */
export function ScopeField(props: ScopeFieldProps): React.JSX.Element {
  const { access, onChange, numbers, onPick, trans } = props;
  const name = React.useId();
  const whole = access.cells === 'all';
  return (
    <fieldset className="jp-LiveShare-scope">
      <legend>{trans.__('Edit covers')}</legend>
      <label className="jp-LiveShare-choice">
        <input type="radio" name={name} checked={whole} onChange={() => onChange({ cells: 'all' })} />
        {trans.__('the whole notebook')}
      </label>
      <div className="jp-LiveShare-scopeCells">
        <label className="jp-LiveShare-choice">
          <input type="radio" name={name} checked={!whole} onChange={onPick} />
          {numbers === null
            ? trans.__('selected cells')
            : trans.__('selected cells: %1', numberRuns(numbers).join(', ') || trans.__('none'))}
        </label>
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-LiveShare-small jp-LiveShare-pickButton"
          onClick={onPick}
        >
          {trans.__('Pick cells')}
        </button>
      </div>
      <label className="jp-LiveShare-choice">
        <input
          type="checkbox"
          checked={access.structure}
          onChange={event => onChange({ structure: event.target.checked })}
        />
        {trans.__('may insert, move and delete cells')}
      </label>
    </fieldset>
  );
}
