/**
 * Who did what to which cell, newest first.
 * @module
 */
import { Time } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Activity } from '../../protocol/resources.ts';
import { activityText } from './activityText.ts';
import type { ActivityView } from './model.ts';

/** Props of the list. */
export interface ActivityListProps {
  readonly activity: ActivityView;
  readonly cellNumber: (id: string) => number | null;
  readonly onMore: () => void;
  readonly trans: TranslationBundle;
}

/** Relative times are written anew that often; milliseconds. */
const TICK = 30_000;

/** One line an entry, and a way to older ones. */
export function ActivityList(props: ActivityListProps): React.JSX.Element {
  const { activity, trans } = props;
  const [, setTick] = React.useState(0);
  React.useEffect(() => {
    const timer = window.setInterval(() => setTick(tick => tick + 1), TICK);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <>
      {activity.error !== null && <p className="jp-LiveShare-error">{activity.error}</p>}
      {activity.items.length === 0 && activity.error === null && <p>{trans.__('Nothing yet.')}</p>}
      <ul className="jp-LiveShare-activity">
        {activity.items.map(item => (
          <Entry key={item.id} {...props} item={item} />
        ))}
      </ul>
      {activity.next !== null && (
        <button type="button" className="jp-LiveShare-link jp-LiveShare-moreButton" onClick={props.onMore}>
          {trans.__('More')}
        </button>
      )}
    </>
  );
}

function Entry(props: ActivityListProps & { item: Activity }): React.JSX.Element {
  const { cellNumber, item, trans } = props;
  const until = new Date(item.until);
  return (
    <li>
      <span
        className="jp-LiveShare-dot"
        style={{ backgroundColor: item.person?.color ?? 'var(--jp-ui-font-color2)' }}
        aria-hidden="true"
      />
      <span>
        {activityText(item, cellNumber, trans)}{' '}
        <time className="jp-LiveShare-sub" dateTime={item.until} title={until.toLocaleString()}>
          · {Time.formatHuman(until, 'narrow')}
        </time>
      </span>
    </li>
  );
}
