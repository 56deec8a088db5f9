/**
 * The panel's section of comments, for owner and guests alike.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { CommentForm } from './CommentForm.tsx';
import type { CommentActions, CommentReader, CommentsView } from './commentModel.ts';
import { CommentThreadView } from './CommentThreadView.tsx';
import type { Folds } from './GuestsPanel.tsx';
import { Section } from './Section.tsx';

/** Props of the section. */
export interface CommentsSectionProps {
  readonly view: CommentsView;
  readonly actions: CommentActions;
  readonly reader: CommentReader;
  readonly folds: Folds;
  readonly cellNumber: (id: string) => number | null;
  /** The cell that a new comment would be about; null when there is none. */
  readonly activeCell: () => string | null;
  readonly onGo: (cell: string) => void;
  readonly trans: TranslationBundle;
}

const NAME = 'comments';

/** Threads in the notebook's order, those of removed cells last, resolved ones behind a button. */
export function CommentsSection(props: CommentsSectionProps): React.JSX.Element {
  const { cellNumber, folds, trans, view } = props;
  const [withResolved, setWithResolved] = React.useState(false);
  const place = (cell: string): number => cellNumber(cell) ?? Number.MAX_SAFE_INTEGER;
  const sorted = [...view.threads].sort((a, b) => place(a.cell) - place(b.cell));
  const open = sorted.filter(thread => thread.resolved === null);
  const resolved = sorted.filter(thread => thread.resolved !== null);
  const shown = open.find(thread => thread.cell === view.shown?.cell);
  const asked = view.draft ?? view.shown;
  // Whoever asks for comments wants to see them: the fold opens.
  const { onFold } = folds;
  React.useEffect(() => {
    if (asked !== null) {
      onFold(NAME, false);
    }
  }, [asked]);
  return (
    <Section
      name={NAME}
      title={open.length > 0 ? trans.__('Comments (%1 open)', open.length) : trans.__('Comments')}
      folded={folds.folded.has(NAME)}
      onFold={onFold}
    >
      <div className="jp-LiveShare-commentsBody">
        {view.error !== null && (
          <div className="jp-LiveShare-error" role="alert">
            {view.error}
          </div>
        )}
        <Draft {...props} />
        {open.length === 0 && view.draft === null && (
          <div className="jp-LiveShare-sub">
            {resolved.length > 0 ? trans.__('Everything is resolved.') : trans.__('No comments yet.')}
          </div>
        )}
        <ul className="jp-LiveShare-threads">
          {(withResolved ? [...open, ...resolved] : open).map(thread => (
            <CommentThreadView
              key={thread.id}
              {...props}
              thread={thread}
              number={cellNumber(thread.cell)}
              shown={thread === shown ? view.shown : null}
            />
          ))}
        </ul>
        {resolved.length > 0 && (
          <button
            type="button"
            className="jp-LiveShare-link"
            aria-expanded={withResolved}
            onClick={() => setWithResolved(!withResolved)}
          >
            {withResolved ? trans.__('Hide resolved') : trans.__('Show resolved (%1)', resolved.length)}
          </button>
        )}
      </div>
    </Section>
  );
}

function Draft(props: CommentsSectionProps): React.JSX.Element {
  const { actions, cellNumber, trans, view } = props;
  const { draft } = view;
  if (draft === null) {
    return (
      <button type="button" className="jp-LiveShare-link" onClick={() => actions.compose(props.activeCell())}>
        {trans.__('Comment on the selected cell')}
      </button>
    );
  }
  const number = cellNumber(draft);
  return (
    <CommentForm
      key={draft}
      label={number === null ? trans.__('Comment') : trans.__('Comment on cell %1', number)}
      send={trans.__('Comment')}
      onSend={text => actions.begin(draft, text)}
      onCancel={() => actions.compose(null)}
      trans={trans}
    />
  );
}
