/**
 * A section of the panel that folds and remembers it.
 * @module
 */
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** Which section it is, and whether it is folded. */
export interface SectionFold {
  /** Key under which the fold is remembered. */
  readonly name: string;
  readonly title: string;
  /** Shown behind the title; left out for sections that don't count. */
  readonly count?: number | undefined;
  readonly folded: boolean;
  readonly onFold: (name: string, folded: boolean) => void;
}

/** Props of a section. */
export interface SectionProps extends SectionFold {
  readonly children: React.ReactNode;
}

/** Heading with a fold, and what is in it. */
export function Section(props: SectionProps): React.JSX.Element {
  const body = React.useId();
  const Caret = props.folded ? caretRightIcon : caretDownIcon;
  return (
    <section className="jp-LiveShare-section">
      <h3>
        <button
          type="button"
          aria-expanded={!props.folded}
          aria-controls={body}
          onClick={() => props.onFold(props.name, !props.folded)}
        >
          <Caret.react tag="span" />
          {props.title}
          {props.count !== undefined && <span className="jp-LiveShare-count">{props.count}</span>}
        </button>
      </h3>
      {!props.folded && <div id={body}>{props.children}</div>}
    </section>
  );
}
