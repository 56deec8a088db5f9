/**
 * The lasting line in the owner's panel about what isn't saved, who saved, and what waits for a decision.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Share } from '../../protocol/resources.ts';
import { conflictsText, savedText, unsavedText } from './unsavedText.ts';
import { saveFailureText } from './words.ts';

/** What can be done about it. */
export interface UnsavedActions {
  save(): void;
  look(): void;
  drop(): void;
  decide(): void;
}

/** Props of the line. */
export interface UnsavedRowProps {
  readonly share: Share;
  readonly actions: UnsavedActions;
  readonly trans: TranslationBundle;
}

const OWNER = { me: null, owner: '' };

/** The line; nothing when there is nothing to say. */
export function UnsavedRow({ actions, share, trans }: UnsavedRowProps): React.JSX.Element | null {
  const unsaved = unsavedText(share, OWNER, trans);
  const saved = savedText(share, OWNER, trans);
  const { conflicts, saveFailure } = share;
  if (unsaved === null && saved === null && conflicts === 0 && saveFailure === null) {
    return null;
  }
  const link = (label: string, run: () => void, more = ''): React.JSX.Element => (
    <button type="button" className={`jp-LiveShare-link${more}`} onClick={run}>
      {label}
    </button>
  );
  return (
    <div className="jp-LiveShare-unsaved" role="status" data-waits={unsaved !== null || conflicts > 0}>
      {unsaved !== null && (
        <div>
          <span>{unsaved}</span>{' '}
          <span className="jp-LiveShare-unsavedActions">
            {link(trans.__('Save'), () => actions.save())}
            {link(trans.__('Look…'), () => actions.look())}
            {link(trans.__('Drop…'), () => actions.drop(), ' jp-mod-danger')}
          </span>
        </div>
      )}
      {conflicts > 0 && (
        <div>
          <span>{conflictsText(conflicts, trans)}</span> {link(trans.__('Decide…'), () => actions.decide())}
        </div>
      )}
      {saveFailure !== null && <div>{saveFailureText(saveFailure, trans)}</div>}
      {saved !== null && (
        <div className="jp-LiveShare-sub" title={saved.title}>
          {saved.text}
        </div>
      )}
    </div>
  );
}
