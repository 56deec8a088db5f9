/**
 * People who ask for more.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { RightsRequest } from '../../protocol/messages.ts';
import { Avatar } from './Avatar.tsx';
import type { ShareActions } from './model.ts';
import { listOf, rightVerb } from './words.ts';

/** One block a request, with Approve and Refuse. */
export function Waiting(props: {
  requests: readonly RightsRequest[];
  actions: Pick<ShareActions, 'answer'>;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { actions, trans } = props;
  return (
    <>
      {props.requests.map(request => (
        <div key={request.id} className="jp-LiveShare-request">
          <div className="jp-LiveShare-who">
            <Avatar name={request.person.name} color={request.person.color} here={true} />
            <div className="jp-LiveShare-names">
              <div>{askText(request, trans)}</div>
              {request.note && <div className="jp-LiveShare-sub">{request.note}</div>}
            </div>
          </div>
          <div className="jp-LiveShare-detailButtons">
            <button
              type="button"
              className="jp-Button jp-mod-styled jp-mod-accept jp-LiveShare-small"
              onClick={() => actions.answer(request.id, request.rights)}
            >
              {trans.__('Approve')}
            </button>
            <button
              type="button"
              className="jp-Button jp-mod-styled jp-mod-reject jp-LiveShare-small"
              onClick={() => actions.answer(request.id, null)}
            >
              {trans.__('Refuse')}
            </button>
          </div>
        </div>
      ))}
    </>
  );
}

/** "Linus asks to run cells". */
export function askText(request: RightsRequest, trans: TranslationBundle): string {
  const verbs = request.rights.map(right => rightVerb(right, trans));
  return trans.__('%1 asks to %2', request.person.name, listOf(verbs, trans));
}
