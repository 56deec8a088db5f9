/**
 * One thread of comments: what was said, an answer, resolved or not.
 * @module
 */
import { Time } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Comment, CommentThread } from '../../protocol/comments.ts';
import type { Who } from '../../protocol/messages.ts';
import { Avatar } from './Avatar.tsx';
import { CommentForm } from './CommentForm.tsx';
import type { CommentActions, CommentReader } from './commentModel.ts';

/** Props of a thread. */
export interface ThreadProps {
  readonly thread: CommentThread;
  readonly reader: CommentReader;
  readonly actions: CommentActions;
  /** Number of the thread's cell; null when it isn't in the notebook any more. */
  readonly number: number | null;
  /** Whether it was just asked for. */
  readonly shown: object | null;
  readonly onGo: (cell: string) => void;
  readonly trans: TranslationBundle;
}

/** Longer comments scroll; UTF-16 units. */
const LONG = 600;

/** A thread. */
export function CommentThreadView(props: ThreadProps): React.JSX.Element {
  const { actions, number, shown, thread, trans } = props;
  const [answering, setAnswering] = React.useState(false);
  const node = React.useRef<HTMLLIElement>(null);
  React.useEffect(() => {
    if (shown) {
      node.current?.scrollIntoView({ block: 'nearest' });
      node.current?.focus({ preventScroll: true });
    }
  }, [shown]);
  const where = number === null ? trans.__('On a removed cell') : trans.__('Cell %1', number);
  return (
    <li
      ref={node}
      tabIndex={-1}
      className={`jp-LiveShare-thread${thread.resolved ? ' jp-mod-resolved' : ''}${shown ? ' jp-mod-shown' : ''}`}
      aria-label={where}
    >
      <ThreadHead {...props} where={where} />
      <ul className="jp-LiveShare-comments">
        {thread.comments.map(comment => (
          <CommentView key={comment.id} {...props} comment={comment} />
        ))}
      </ul>
      {answering ? (
        <CommentForm
          label={trans.__('Reply')}
          send={trans.__('Reply')}
          onSend={text => actions.reply(thread.id, text)}
          onCancel={() => setAnswering(false)}
          trans={trans}
        />
      ) : (
        <button type="button" className="jp-LiveShare-link" onClick={() => setAnswering(true)}>
          {trans.__('Reply')}
        </button>
      )}
    </li>
  );
}

function ThreadHead(props: ThreadProps & { where: string }): React.JSX.Element {
  const { actions, number, reader, thread, trans, where } = props;
  const { resolved } = thread;
  return (
    <>
      <div className="jp-LiveShare-threadHead">
        {number === null ? (
          <span className="jp-LiveShare-sub">{where}</span>
        ) : (
          <button
            type="button"
            className="jp-LiveShare-link"
            title={trans.__('Go to this cell')}
            onClick={() => props.onGo(thread.cell)}
          >
            {where}
          </button>
        )}
        <button
          type="button"
          className="jp-LiveShare-link"
          onClick={() => void actions.resolve(thread.id, resolved === null)}
        >
          {resolved ? trans.__('Open again') : trans.__('Resolve')}
        </button>
      </div>
      {resolved && (
        <div className="jp-LiveShare-sub">
          {trans.__('Resolved by %1', nameOf(resolved.by, reader, trans))} <Ago at={resolved.at} />
        </div>
      )}
    </>
  );
}

function CommentView(props: ThreadProps & { comment: Comment }): React.JSX.Element {
  const { actions, comment, reader, thread, trans } = props;
  const [changing, setChanging] = React.useState(false);
  const name = nameOf(comment.person, reader, trans);
  const mine = (comment.person?.id ?? null) === reader.me;
  return (
    <li>
      <div className="jp-LiveShare-commentHead">
        <Avatar
          name={comment.person?.name ?? name}
          color={comment.person?.color ?? 'var(--jp-ui-font-color2)'}
          here={false}
        />
        <bdi className="jp-LiveShare-name" title={name}>
          {name}
        </bdi>
        <Ago at={comment.at} />
        {comment.editedAt !== null && (
          <span className="jp-LiveShare-sub" title={new Date(comment.editedAt).toLocaleString()}>
            {trans.__('edited')}
          </span>
        )}
        <span className="jp-LiveShare-commentTools">
          {mine && !changing && (
            <button type="button" className="jp-LiveShare-link" onClick={() => setChanging(true)}>
              {trans.__('Edit')}
            </button>
          )}
          {(mine || reader.me === null) && (
            <button
              type="button"
              className="jp-LiveShare-link"
              onClick={() => void actions.remove(thread.id, comment.id)}
            >
              {trans.__('Delete')}
            </button>
          )}
        </span>
      </div>
      {changing ? (
        <CommentForm
          label={trans.__('Comment')}
          send={trans.__('Save')}
          text={comment.text}
          onSend={text => actions.edit(thread.id, comment.id, text)}
          onCancel={() => setChanging(false)}
          trans={trans}
        />
      ) : (
        <div
          className="jp-LiveShare-commentText"
          dir="auto"
          {...(comment.text.length > LONG ? { tabIndex: 0, role: 'group', 'aria-label': name } : {})}
        >
          {comment.text}
        </div>
      )}
    </li>
  );
}

function Ago({ at }: { at: string }): React.JSX.Element {
  const when = new Date(at);
  return (
    <time className="jp-LiveShare-sub" dateTime={at} title={when.toLocaleString()}>
      {Time.formatHuman(when, 'narrow')}
    </time>
  );
}

/** The name to show: "You" for oneself. */
function nameOf(person: Who | null, reader: CommentReader, trans: TranslationBundle): string {
  if ((person?.id ?? null) === reader.me) {
    return trans.__('You');
  }
  return person?.name ?? (reader.owner || trans.__('The owner'));
}
