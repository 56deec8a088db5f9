/**
 * A person's initials on their colour.
 * @module
 */
import * as React from 'react';
import { initials } from './words.ts';

/** Round badge; the ring says whether the person is here. */
export function Avatar(props: { name: string; color: string; here: boolean }): React.JSX.Element {
  const className = `jp-LiveShare-avatar${props.here ? ' jp-mod-here' : ''}`;
  return (
    <span className={className} style={{ backgroundColor: props.color }} aria-hidden="true">
      {initials(props.name)}
    </span>
  );
}
