/**
 * People who wait for the owner's word: at the door, or for more than they may do.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { type Right, RIGHTS } from '../../protocol/levels.ts';
import type { RightsRequest } from '../../protocol/messages.ts';
import type { Person } from '../../protocol/resources.ts';
import { Avatar } from './Avatar.tsx';
import type { ShareActions, ShareView } from './model.ts';
import { listOf, rightLabel, rightVerb } from './words.ts';

/** Props of the list. */
export interface WaitingProps {
  readonly view: ShareView;
  readonly actions: Pick<ShareActions, 'answer' | 'admit'>;
  readonly trans: TranslationBundle;
}

/** How many wait. */
export function waitingCount(view: ShareView): number {
  return view.requests.length + atTheDoor(view).length;
}

/** One block a person or request: Approve gives all of it, Part… some of it, Refuse none. */
export function Waiting({ actions, trans, view }: WaitingProps): React.JSX.Element {
  return (
    <>
      {atTheDoor(view).map(person => (
        <Wish
          key={person.id}
          person={person}
          text={knockText(person, trans)}
          note=""
          rights={linkRights(view, person)}
          onAnswer={rights => actions.admit(person.id, rights)}
          trans={trans}
        />
      ))}
      {view.requests.map(request => (
        <Wish
          key={request.id}
          person={request.person}
          text={askText(request, trans)}
          note={request.note}
          rights={request.rights}
          onAnswer={rights => actions.answer(request.id, rights)}
          trans={trans}
        />
      ))}
    </>
  );
}

interface WishProps {
  readonly person: { readonly name: string; readonly color: string };
  readonly text: string;
  readonly note: string;
  readonly rights: readonly Right[];
  readonly onAnswer: (rights: readonly Right[] | null) => void;
  readonly trans: TranslationBundle;
}

function Wish(props: WishProps): React.JSX.Element {
  const { note, onAnswer, person, rights, text, trans } = props;
  const [parting, setParting] = React.useState(false);
  return (
    <div className="jp-LiveShare-request" role="group" aria-label={text}>
      <div className="jp-LiveShare-who">
        <Avatar name={person.name} color={person.color} here={true} />
        <div className="jp-LiveShare-names">
          <div>{text}</div>
          {note && <div className="jp-LiveShare-sub">{note}</div>}
        </div>
      </div>
      {parting ? (
        <Part {...props} onBack={() => setParting(false)} />
      ) : (
        <div className="jp-LiveShare-detailButtons">
          <Answer kind="accept" label={trans.__('Approve')} onClick={() => onAnswer(rights)} />
          {rights.length > 1 && (
            <Answer kind="reject" label={trans.__('Part…')} onClick={() => setParting(true)} />
          )}
          <Answer kind="reject" label={trans.__('Refuse')} onClick={() => onAnswer(null)} />
        </div>
      )}
    </div>
  );
}

/** The rights asked for, each with a tick. */
function Part({ onAnswer, onBack, rights, trans }: WishProps & { onBack: () => void }): React.JSX.Element {
  const [given, setGiven] = React.useState<readonly Right[]>(rights);
  const first = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => first.current?.focus(), []);
  const flip = (right: Right, on: boolean): void =>
    setGiven(RIGHTS.filter(one => (one === right ? on : given.includes(one))));
  return (
    <div className="jp-LiveShare-part">
      {rights.map((right, index) => (
        <label key={right} className="jp-LiveShare-choice">
          <input
            ref={index === 0 ? first : undefined}
            type="checkbox"
            checked={given.includes(right)}
            onChange={event => flip(right, event.target.checked)}
          />
          {rightLabel(right, trans)}
        </label>
      ))}
      <div className="jp-LiveShare-detailButtons">
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-accept jp-LiveShare-small"
          disabled={given.length === 0}
          onClick={() => onAnswer(given)}
        >
          {trans.__('Give these')}
        </button>
        <Answer kind="reject" label={trans.__('Back')} onClick={onBack} />
      </div>
    </div>
  );
}

function Answer(props: { kind: 'accept' | 'reject'; label: string; onClick: () => void }): React.JSX.Element {
  return (
    <button
      type="button"
      className={`jp-Button jp-mod-styled jp-mod-${props.kind} jp-LiveShare-small`}
      onClick={props.onClick}
    >
      {props.label}
    </button>
  );
}

function atTheDoor(view: ShareView): readonly Person[] {
  return view.share.people.filter(person => person.waiting);
}

/** What somebody at the door would get. */
function linkRights(view: ShareView, person: Person): readonly Right[] {
  const link = view.share.links.find(one => one.id === person.link);
  return RIGHTS.filter(right => link?.rights[right] === true);
}

/** "Linus waits to be let in". */
export function knockText(person: { readonly name: string }, trans: TranslationBundle): string {
  return trans.__('%1 waits to be let in', person.name);
}

/** "Linus asks to run cells". */
export function askText(request: RightsRequest, trans: TranslationBundle): string {
  const verbs = request.rights.map(right => rightVerb(right, trans));
  return trans.__('%1 asks to %2', request.person.name, listOf(verbs, trans));
}
