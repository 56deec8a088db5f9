/**
 * Settings of the whole share: how locks act, whether saving waits.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ShareActions, ShareView } from './model.ts';

/** Props of the settings. */
export interface ShareSettingsProps {
  readonly view: ShareView;
  readonly actions: Pick<ShareActions, 'settings'>;
  readonly trans: TranslationBundle;
}

/** A choice and a tick, in force at once. */
export function ShareSettings({ actions, trans, view }: ShareSettingsProps): React.JSX.Element {
  const { holdSaves, lockMode } = view.share;
  const tip = React.useId();
  const saves = React.useId();
  return (
    <div className="jp-LiveShare-settings">
      <label className="jp-LiveShare-option">
        {trans.__('Same cell at once')}
        <select
          className="jp-mod-styled"
          aria-describedby={tip}
          value={lockMode}
          onChange={event =>
            actions.settings({ lockMode: event.target.value === 'soft' ? 'soft' : 'exclusive' })
          }
        >
          <option value="soft">{trans.__('allowed')}</option>
          <option value="exclusive">{trans.__('one person')}</option>
        </select>
      </label>
      <div id={tip} className="jp-LiveShare-sub">
        {lockMode === 'soft'
          ? trans.__('A mark shows who edits a cell; others may still type in it, and both texts are kept.')
          : trans.__('Only the person who edits a cell can change it, until they leave it.')}
      </div>
      <label className="jp-LiveShare-choice">
        <input
          type="checkbox"
          aria-describedby={saves}
          checked={holdSaves}
          onChange={event => actions.settings({ holdSaves: event.target.checked })}
        />
        {trans.__('Save only when somebody saves')}
      </label>
      <div id={saves} className="jp-LiveShare-sub">
        {trans.__('The file changes when you, or a person with Save, save. Otherwise it follows by itself.')}
      </div>
    </div>
  );
}
