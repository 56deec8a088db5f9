/**
 * A field for a comment: Ctrl+Enter sends, Escape gives up, what was typed stays until it is accepted.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { COMMENT_LENGTH } from '../../protocol/comments.ts';

/** Props of the form. */
export interface CommentFormProps {
  readonly label: string;
  readonly send: string;
  /** Text to begin with. */
  readonly text?: string;
  readonly onSend: (text: string) => Promise<boolean>;
  readonly onCancel: () => void;
  readonly trans: TranslationBundle;
}

/** Takes the keyboard as it appears. */
export function CommentForm(props: CommentFormProps): React.JSX.Element {
  const [text, setText] = React.useState(props.text ?? '');
  const [sending, setSending] = React.useState(false);
  const field = React.useRef<HTMLTextAreaElement>(null);
  React.useEffect(() => {
    field.current?.focus();
    field.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const send = async (): Promise<void> => {
    if (text.trim() === '' || sending) {
      return;
    }
    setSending(true);
    if (await props.onSend(text)) {
      props.onCancel();
    } else {
      setSending(false);
      field.current?.focus();
    }
  };
  const onKey = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      props.onCancel();
    }
  };
  return (
    <div className="jp-LiveShare-commentForm">
      <textarea
        ref={field}
        className="jp-mod-styled"
        aria-label={props.label}
        placeholder={props.label}
        dir="auto"
        rows={3}
        maxLength={COMMENT_LENGTH}
        data-lm-suppress-shortcuts="true"
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={onKey}
      />
      <Buttons {...props} ready={text.trim() !== '' && !sending} onClick={() => void send()} />
    </div>
  );
}

function Buttons(props: CommentFormProps & { ready: boolean; onClick: () => void }): React.JSX.Element {
  const { trans } = props;
  return (
    <div className="jp-LiveShare-commentButtons">
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-mod-reject jp-LiveShare-small"
        onClick={props.onCancel}
      >
        {trans.__('Cancel')}
      </button>
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-mod-accept jp-LiveShare-small"
        disabled={!props.ready}
        title={trans.__('Ctrl+Enter')}
        onClick={props.onClick}
      >
        {props.send}
      </button>
    </div>
  );
}
