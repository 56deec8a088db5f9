/**
 * Which versions a person may see.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { VersionScope } from '../../protocol/levels.ts';
import type { Access, AccessChange } from '../../protocol/resources.ts';

/** Props of the field. */
export interface VersionsFieldProps {
  readonly access: Access;
  readonly onChange: (change: AccessChange) => void;
  readonly trans: TranslationBundle;
}

/** All versions, or those whose numbers are named. */
export function VersionsField(props: VersionsFieldProps): React.JSX.Element {
  const { access, onChange, trans } = props;
  const stored = textOf(access.versions);
  const [text, setText] = React.useState(stored);
  React.useEffect(() => setText(stored), [stored]);
  const send = (): void => {
    if (text.trim() !== stored) {
      const versions = readScope(text);
      setText(textOf(versions));
      onChange({ versions });
    }
  };
  return (
    <label className="jp-LiveShare-expiry" title={trans.__('Numbers such as 1, 3; empty for all versions')}>
      {trans.__('Versions')}
      <input
        className="jp-mod-styled"
        placeholder={trans.__('all')}
        value={text}
        onChange={event => setText(event.target.value)}
        onBlur={send}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            event.preventDefault();
            send();
          }
        }}
      />
    </label>
  );
}

/** "1, 3", nothing for all, a dash for none. */
function textOf(versions: VersionScope): string {
  return versions === 'all' ? '' : versions.length === 0 ? '-' : versions.join(', ');
}

/** The versions that a text names: nothing is all, what holds no number is none. */
export function readScope(text: string): VersionScope {
  if (text.trim() === '') {
    return 'all';
  }
  const numbers = (text.match(/\d{1,9}/g) ?? []).map(Number).filter(number => number > 0);
  return [...new Set(numbers)].sort((a, b) => a - b).slice(0, 1_000);
}
