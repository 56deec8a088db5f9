/**
 * The side panel of what is shared with this account.
 * @module
 */
import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { SharedWithMe } from '../components/SharedWithMe.tsx';
import type { SharedWithAccount } from './shared.ts';

/** Content of the panel. */
export class SharedPanel extends ReactWidget {
  private readonly shared: SharedWithAccount;
  private readonly trans: TranslationBundle;

  constructor(shared: SharedWithAccount, trans: TranslationBundle) {
    super();
    this.shared = shared;
    this.trans = trans;
    this.addClass('jp-LiveShare-panel');
    shared.changed.connect(this.update, this);
  }

  protected render(): React.JSX.Element {
    const { shared, trans } = this;
    return <SharedWithMe shared={shared.all} error={shared.error} trans={trans} />;
  }
}
