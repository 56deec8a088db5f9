/**
 * The note in a guest's toolbar: whose changes aren't saved, or who has saved.
 * @module
 */
import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { SavedLine } from '../components/SavedLine.tsx';
import type { GuestSession } from './session.ts';

/** Milliseconds after which "2 minutes ago" is looked at again. */
const CLOCK = 30_000;

/** Toolbar item. */
export class SavedNote extends ReactWidget {
  private readonly guest: GuestSession;
  private readonly trans: TranslationBundle;
  constructor(guest: GuestSession, trans: TranslationBundle) {
    super();
    this.guest = guest;
    this.trans = trans;
    this.addClass('jp-LiveShare-savedItem');
    guest.unsavedChanged.connect(this.update, this);
    const clock = window.setInterval(() => this.isVisible && this.update(), CLOCK);
    this.disposed.connect(() => window.clearInterval(clock));
  }

  protected render(): React.JSX.Element | null {
    const { guest, trans } = this;
    return <SavedLine unsaved={guest.unsaved} reader={guest.reader} isSpoken={true} trans={trans} />;
  }
}
