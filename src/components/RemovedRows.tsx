/**
 * People who were just removed, each with Undo for some seconds.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ShareActions, ShareView } from './model.ts';

/** One line a person. */
export function RemovedRows(props: {
  view: ShareView;
  actions: Pick<ShareActions, 'restore'>;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { actions, trans, view } = props;
  return (
    <>
      {view.removed.map(one => (
        <div key={one.id} role="row" className="jp-LiveShare-removed">
          <span role="cell">
            <span role="status">{trans.__('%1 was removed.', one.name)}</span>{' '}
            <button type="button" className="jp-LiveShare-link" onClick={() => actions.restore(one.id)}>
              {trans.__('Undo')}
            </button>
          </span>
        </div>
      ))}
    </>
  );
}
