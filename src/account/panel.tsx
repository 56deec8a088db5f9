/**
 * The side panel of what is shared with this account: there once there is something in it.
 * @module
 */
import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Poll } from '@lumino/polling';
import * as React from 'react';
import type { SharedWithMe as Shared } from '../../protocol/resources.ts';
import { SharedWithMe } from '../components/SharedWithMe.tsx';
import { messageOf } from '../problem.ts';

/** Milliseconds between looks while the page is in front. */
const EVERY = 60_000;

/** Content of the panel; asks the server again by itself. */
export class SharedPanel extends ReactWidget {
  private readonly ask: () => Promise<readonly Shared[]>;
  private readonly trans: TranslationBundle;
  private readonly found: () => void;

  /** @param found Called when there is something to show, each time it was asked. */
  constructor(ask: () => Promise<readonly Shared[]>, found: () => void, trans: TranslationBundle) {
    super();
    this.ask = ask;
    this.found = found;
    this.trans = trans;
    this.addClass('jp-LiveShare-panel');
    this.disposed.connect(() => this.poll.dispose());
  }

  /** Asks now; resolves when the answer is shown. */
  async refresh(): Promise<void> {
    try {
      this.shared = await this.ask();
      this.error = null;
    } catch (error) {
      this.error = messageOf(error);
    }
    if (this.shared.length > 0) {
      this.found();
    }
    this.update();
  }

  protected render(): React.JSX.Element {
    return <SharedWithMe shared={this.shared} error={this.error} trans={this.trans} />;
  }

  private shared: readonly Shared[] = [];
  private error: string | null = null;
  private readonly poll = new Poll({
    factory: () => this.refresh(),
    frequency: { interval: EVERY, backoff: true },
    standby: 'when-hidden',
    name: 'jupyter-liveshare:shared-with-me'
  });
}
