/**
 * The guest's side panel: who is here.
 * @module
 */
import { ReactWidget } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import * as React from 'react';
import { cellNumber, onCellsMoved } from '../cells.ts';
import { commentsSection } from '../comments/section.tsx';
import { folds } from '../components/folds.ts';
import { OthersPanel } from '../components/OthersPanel.tsx';
import { Follower, journeyIn } from '../follow.ts';
import { SavedLine } from '../components/SavedLine.tsx';
import { versionsSection } from '../versions/section.tsx';
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
    this.follower.changed.connect(this.update, this);
    guest.peopleChanged.connect(() => this.follower.keepUp(guest.people));
    guest.peopleChanged.connect(this.update, this);
    guest.rightsChanged.connect(this.update, this);
    guest.unsavedChanged.connect(this.update, this);
    guest.comments.changed.connect(this.update, this);
    guest.versions.changed.connect(this.update, this);
    const follow = (): void => {
      this.cells?.dispose();
      this.cells = tracker.currentWidget && onCellsMoved(tracker.currentWidget, () => this.update());
      this.update();
    };
    tracker.currentChanged.connect(follow);
    follow();
  }

  protected render(): React.JSX.Element {
    const { guest } = this;
    return (
      <OthersPanel
        notebook={guest.me?.share.name ?? ''}
        owner={guest.owner}
        people={guest.people}
        me={guest.person?.id ?? null}
        journey={journeyIn({
          follower: this.follower,
          people: () => guest.people,
          notebook: () => this.tracker.currentWidget,
          reveal: () => undefined
        })}
        cellNumber={id => cellNumber(this.tracker.currentWidget, id)}
        unsaved={
          <SavedLine unsaved={guest.unsaved} reader={guest.reader} isSpoken={false} trans={this.trans} />
        }
        versions={versionsSection({
          versions: guest.versions,
          owner: guest.owner,
          folds: folds(() => this.update()),
          trans: this.trans
        })}
        comments={commentsSection({
          comments: guest.comments,
          panel: this.tracker.currentWidget,
          reader: { me: guest.person?.id ?? '', owner: guest.owner },
          folds: folds(() => this.update()),
          trans: this.trans
        })}
        trans={this.trans}
      />
    );
  }

  private readonly follower = new Follower();
  private cells: IDisposable | null = null;
}
