/**
 * The field that adds a person: a name, or an account or group that the server knows.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { FoundView, ShareActions } from './model.ts';

/** Props of the field. */
export interface AddPersonProps {
  readonly actions: Pick<ShareActions, 'add' | 'addAccount' | 'accounts'>;
  readonly trans: TranslationBundle;
}

/** Field, list of accounts that match, button. */
export function AddPerson({ actions, trans }: AddPersonProps): React.JSX.Element {
  const { accounts, chosen, busy, text, onKeyDown, submit, type } = useAddPerson(actions);
  const list = React.useId();
  return (
    <div className="jp-LiveShare-add">
      <div className="jp-LiveShare-addField">
        <input
          type="text"
          className="jp-mod-styled jp-LiveShare-addInput"
          role="combobox"
          aria-label={trans.__('Add a person: name or account')}
          aria-expanded={accounts.length > 0}
          aria-controls={list}
          aria-activedescendant={chosen >= 0 ? `${list}-${chosen}` : undefined}
          placeholder={trans.__('Add a person: name or account')}
          maxLength={80}
          autoComplete="off"
          value={text}
          onChange={event => type(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Accounts
          id={list}
          accounts={accounts}
          chosen={chosen}
          onPick={account => void submit(account)}
          trans={trans}
        />
      </div>
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-mod-accept jp-LiveShare-addButton"
        disabled={busy || !text.trim()}
        onClick={() => void submit(accounts[chosen])}
      >
        {trans.__('Add')}
      </button>
    </div>
  );
}

const NONE: readonly FoundView[] = [];

/** What is typed, what matches it, and what Enter does. */
function useAddPerson(actions: AddPersonProps['actions']) {
  const [text, setText] = React.useState('');
  const [chosen, setChosen] = React.useState(-1);
  const [busy, setBusy] = React.useState(false);
  const [closed, setClosed] = React.useState(false);
  const found = useAccounts(text, actions);
  const accounts = closed ? NONE : found;

  const submit = async (account?: FoundView): Promise<void> => {
    const name = text.trim();
    if (busy || (!account && !name)) {
      return;
    }
    setBusy(true);
    const done = await (account ? actions.addAccount(account) : actions.add(name));
    setBusy(false);
    if (done) {
      setText('');
      setChosen(-1);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      void submit(accounts[chosen]);
    } else if (event.key === 'Escape' && accounts.length > 0) {
      event.preventDefault();
      event.stopPropagation();
      setClosed(true);
      setChosen(-1);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setChosen(Math.max(-1, Math.min(accounts.length - 1, chosen + step)));
    }
  };
  const type = (value: string): void => {
    setText(value);
    setClosed(false);
    setChosen(-1);
  };
  return { accounts, chosen, busy, text, onKeyDown, submit, type };
}

function Accounts(props: {
  id: string;
  accounts: readonly FoundView[];
  chosen: number;
  onPick: (account: FoundView) => void;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { accounts, id, trans } = props;
  if (accounts.length === 0) {
    return null;
  }
  return (
    <ul className="jp-LiveShare-accounts" role="listbox" id={id} aria-label={trans.__('Accounts and groups')}>
      {accounts.map((account, index) => (
        <li
          key={keyOf(account)}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === props.chosen}
          onMouseDown={event => event.preventDefault()}
          onClick={() => props.onPick(account)}
        >
          {'group' in account ? (
            <>
              {account.group} <span>{trans._n('group, 1 person', 'group, %1 people', account.members)}</span>
            </>
          ) : (
            <>
              {account.name} <span>{trans.__('account %1', account.username)}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function keyOf(found: FoundView): string {
  return 'group' in found ? `group ${found.group}` : `account ${found.username}`;
}

/** Accounts that match what is typed, a moment after the last key. */
function useAccounts(text: string, actions: AddPersonProps['actions']): readonly FoundView[] {
  const [accounts, setAccounts] = React.useState<readonly FoundView[]>([]);
  React.useEffect(() => {
    const query = text.trim();
    let current = true;
    if (query.length < 2) {
      setAccounts([]);
      return undefined;
    }
    const timer = window.setTimeout(() => {
      actions.accounts(query).then(
        found => current && setAccounts(found.slice(0, 6)),
        // Suggestions are a convenience: without them the name still works.
        () => current && setAccounts([])
      );
    }, 200);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [text, actions]);
  return accounts;
}
