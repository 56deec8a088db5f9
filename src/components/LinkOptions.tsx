/**
 * What "anyone with the link" may be bound to: approval, a passphrase, a number of people.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Link, LinkChange } from '../../protocol/resources.ts';

/** Props of the options. */
export interface LinkOptionsProps {
  readonly link: Link;
  readonly onChange: (change: LinkChange) => void;
  readonly trans: TranslationBundle;
}

/** Most people of a share. */
const MOST = 5_000;

/** One line an option. */
export function LinkOptions({ link, onChange, trans }: LinkOptionsProps): React.JSX.Element {
  return (
    <div className="jp-LiveShare-linkOptions">
      <label className="jp-LiveShare-choice">
        <input
          type="checkbox"
          checked={link.approval}
          onChange={event => onChange({ approval: event.target.checked })}
        />
        {trans.__('I let in each person who comes by it')}
      </label>
      <MostPeople link={link} onChange={onChange} trans={trans} />
      <Passphrase link={link} onChange={onChange} trans={trans} />
    </div>
  );
}

function MostPeople({ link, onChange, trans }: LinkOptionsProps): React.JSX.Element {
  const kept = link.maxPeople === null ? '' : String(link.maxPeople);
  const [text, setText] = React.useState(kept);
  React.useEffect(() => setText(kept), [kept]);
  const commit = (): void => {
    const number = Math.min(MOST, Math.max(1, Math.round(Number(text))));
    if (text.trim() === '' || !Number.isFinite(number)) {
      setText('');
    }
    const maxPeople = text.trim() === '' || !Number.isFinite(number) ? null : number;
    if (maxPeople !== link.maxPeople) {
      onChange({ maxPeople });
    } else {
      setText(kept);
    }
  };
  return (
    <label className="jp-LiveShare-option">
      {trans.__('At most')}
      <input
        type="number"
        className="jp-mod-styled"
        min={1}
        max={MOST}
        placeholder={trans.__('any number')}
        value={text}
        onChange={event => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={event => event.key === 'Enter' && commit()}
      />
      {trans.__('people')}
    </label>
  );
}

function Passphrase({ link, onChange, trans }: LinkOptionsProps): React.JSX.Element {
  const [text, setText] = React.useState('');
  const [open, setOpen] = React.useState(false);
  const set = (): void => {
    if (text !== '') {
      onChange({ passphrase: text });
      setText('');
      setOpen(false);
    }
  };
  if (link.hasPassphrase && !open) {
    return (
      <div className="jp-LiveShare-option">
        {trans.__('Asks for a passphrase')}
        <button type="button" className="jp-LiveShare-link" onClick={() => setOpen(true)}>
          {trans.__('Change')}
        </button>
        <button type="button" className="jp-LiveShare-link" onClick={() => onChange({ passphrase: null })}>
          {trans.__('Ask no longer')}
        </button>
      </div>
    );
  }
  return (
    <div className="jp-LiveShare-option">
      <label>
        {trans.__('Passphrase')}
        <input
          type="text"
          className="jp-mod-styled"
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          placeholder={trans.__('none')}
          value={text}
          onChange={event => setText(event.target.value)}
          onKeyDown={event => event.key === 'Enter' && set()}
        />
      </label>
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-LiveShare-small"
        disabled={text === ''}
        onClick={set}
      >
        {trans.__('Set')}
      </button>
    </div>
  );
}
