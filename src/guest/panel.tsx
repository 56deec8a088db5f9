/**
 * The guest's side panel: who is here.
 * @module
 */
import { ReactWidget } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { cellNumber } from '../cells.ts';
import { OthersPanel } from '../components/OthersPanel.tsx';
import type { GuestSession } from './session.ts';

/** Content of the Collaborators panel in a guest's page. */
export class GuestPanel extends ReactWidget {
  private readonly guest: GuestSession;
  private readonly tracker: INotebookTracker;
  private readonly trans: TranslationBundle;
  constructor(guest: GuestSession, tracker: INotebookTracker, trans: TranslationBundle) {
    super();
    this.guest = guest;
    this.tracker = tracker;
    this.trans = trans;
    this.addClass('jp-LiveShare-panel');
    guest.peopleChanged.connect(this.update, this);
    guest.rightsChanged.connect(this.update, this);
  }

  protected render(): React.JSX.Element {
    const { guest } = this;
    return (
      <OthersPanel
        notebook={guest.me?.share.name ?? ''}
        owner={guest.owner}
        people={guest.people}
        me={guest.person?.id ?? null}
        cellNumber={id => cellNumber(this.tracker.currentWidget, id)}
        trans={this.trans}
      />
    );
  }
}
