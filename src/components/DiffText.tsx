/**
 * What changed, line by line: text, never HTML.
 * @module
 */
import * as React from 'react';
import type { DiffLine } from './versionModel.ts';

/** The lines. */
export function DiffText(props: { lines: readonly DiffLine[]; label: string }): React.JSX.Element {
  return (
    <pre tabIndex={0} aria-label={props.label}>
      {props.lines.map((line, index) => (
        <span key={index} className={`jp-LiveShare-diff-${line.kind}`}>
          {`${line.text}\n`}
        </span>
      ))}
    </pre>
  );
}
