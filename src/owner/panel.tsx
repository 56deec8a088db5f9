/**
 * The owner's side panel: follows the notebook in front.
 * @module
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, ReactWidget, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import * as React from 'react';
import { OWNER_COLOR } from '../../protocol/messages.ts';
import { commentsSection } from '../comments/section.tsx';
import { onCellsMoved } from '../cells.ts';
import { folds } from '../components/folds.ts';
import { GuestsPanel } from '../components/GuestsPanel.tsx';
import type { Journey } from '../components/Whereabouts.tsx';
import { Follower, journeyIn } from '../follow.ts';
import { UnsavedRow } from '../components/UnsavedRow.tsx';
import { messageOf } from '../problem.ts';
import { CommandIDs } from '../tokens.ts';
import { decideConflicts } from '../unsaved/dialogs.tsx';
import { versionsSection } from '../versions/section.tsx';
import { cellNumberIn, notebookAt, notebookName, notebookPath } from './notebooks.ts';
import type { OwnedShare } from './ownedShare.ts';
import { pickScope } from './pickScope.ts';
import type { Shares } from './shares.ts';
import { unsavedActions, unsavedWork } from './unsavedWork.ts';

/** What the panel needs. */
export interface OwnerPanelOptions {
  readonly app: JupyterFrontEnd;
  readonly tracker: INotebookTracker;
  readonly shares: Shares;
  readonly trans: TranslationBundle;
}

const MINUTE = 60_000;

/** Content of the Collaborators panel. */
export class OwnerPanel extends ReactWidget {
  private readonly options: OwnerPanelOptions;
  constructor(options: OwnerPanelOptions) {
    super();
    this.options = options;
    this.addClass('jp-LiveShare-panel');
    this.follower.changed.connect(this.update, this);
    options.tracker.activeCellChanged.connect(this.update, this);
    options.tracker.currentChanged.connect(this.follow, this);
    options.shares.changed.connect(this.look, this);
    // "ends in 2 hours", "was here 5 minutes ago" go on by themselves.
    const clock = window.setInterval(() => this.isVisible && this.update(), MINUTE / 2);
    this.disposed.connect(() => window.clearInterval(clock));
    this.follow();
  }

  protected render(): React.JSX.Element {
    const { app, shares, tracker, trans } = this.options;
    const panel = tracker.currentWidget;
    const { share } = this;
    return (
      <GuestsPanel
        notebook={panel ? notebookName(panel) : null}
        shared={
          share && {
            view: share.view,
            actions: share,
            cellNumber: cellNumberIn(app, tracker, share.view.share.path),
            activity: share.activity.view,
            me: { cell: panel?.content.activeCell?.model.id ?? null, color: OWNER_COLOR },
            journey: this.journey(share),
            onMoreActivity: () => void share.activity.more(),
            unsaved: (
              <UnsavedRow
                share={share.view.share}
                actions={unsavedActions(unsavedWork(app, tracker, share, trans))}
                trans={trans}
              />
            ),
            versions: versionsSection({
              versions: shares.versionsOf(share),
              owner: '',
              folds: folds(() => this.update()),
              trans
            }),
            comments: commentsSection({
              comments: shares.commentsOf(share),
              panel,
              reader: { me: null, owner: '' },
              folds: folds(() => this.update()),
              trans
            }),
            onPick: row => void pickScope({ app, tracker, share, trans }, row)
          }
        }
        error={this.error}
        folds={folds(() => this.update())}
        onShare={() => void app.commands.execute(CommandIDs.share)}
        onStop={() => void this.stop()}
        trans={trans}
      />
    );
  }

  private journey(share: OwnedShare): Journey {
    const { app, tracker } = this.options;
    return journeyIn({
      follower: this.follower,
      people: () => share.view.share.people,
      notebook: () => notebookAt(app, tracker, share.view.share.path),
      reveal: panel => app.shell.activateById(panel.id)
    });
  }

  /** Goes along with the person followed, if any. */
  private goAlong(): void {
    this.follower.keepUp((this.share?.view.share.people ?? []).filter(({ tabs }) => tabs > 0));
  }

  /** Shows the notebook in front, and asks the server about it when it isn't known. */
  private follow(): void {
    const { app, shares, tracker } = this.options;
    this.error = null;
    this.look();
    const panel = tracker.currentWidget;
    this.cells?.dispose();
    this.cells = panel && onCellsMoved(panel, () => this.update());
    panel?.context.pathChanged.connect(this.look, this);
    if (!panel || this.share) {
      return;
    }
    shares.look(notebookPath(app, panel)).then(
      () => this.look(),
      error => {
        this.error = messageOf(error);
        this.update();
      }
    );
  }

  private look(): void {
    const { app, shares, tracker } = this.options;
    const panel = tracker.currentWidget;
    const share = panel ? shares.find(notebookPath(app, panel)) : null;
    if (share !== this.share) {
      this.follower.stop();
      this.share?.changed.disconnect(this.goAlong, this);
      share?.changed.connect(this.goAlong, this);
      this.share?.changed.disconnect(this.update, this);
      this.share?.activity.changed.disconnect(this.update, this);
      if (this.share) {
        shares.commentsOf(this.share).changed.disconnect(this.update, this);
        shares.versionsOf(this.share).changed.disconnect(this.update, this);
      }
      if (share) {
        shares.commentsOf(share).changed.connect(this.update, this);
        shares.versionsOf(share).changed.connect(this.update, this);
      }
      share?.changed.connect(this.update, this);
      share?.activity.changed.connect(this.update, this);
      share?.activity.open();
      this.share = share;
      this.error = null;
    }
    this.update();
  }

  private async stop(): Promise<void> {
    const { trans } = this.options;
    const { share } = this;
    if (!share) {
      return;
    }
    if (share.view.share.conflicts > 0) {
      await decideConflicts(unsavedWork(this.options.app, this.options.tracker, share, trans));
    }
    const isUnsaved = share.view.share.unsaved === true;
    const stop = trans.__('Everybody but you loses access at once, and all links stop working.');
    const answer = await showDialog({
      title: trans.__('Stop sharing "%1"?', share.view.share.name),
      body: isUnsaved ? `${stop} ${trans.__('There are changes that are not saved.')}` : stop,
      buttons: [
        Dialog.cancelButton(),
        ...(isUnsaved
          ? [Dialog.warnButton({ label: trans.__('Discard changes'), actions: ['discard'] })]
          : []),
        Dialog.warnButton({ label: isUnsaved ? trans.__('Save and stop') : trans.__('Stop sharing') })
      ]
    });
    if (!answer.button.accept) {
      return;
    }
    try {
      await share.end(answer.button.actions.includes('discard') ? 'discard' : 'save');
    } catch (error) {
      await showErrorMessage(trans.__('Sharing goes on'), messageOf(error));
    }
  }

  private readonly follower = new Follower();
  private share: OwnedShare | null = null;
  private cells: IDisposable | null = null;
  private error: string | null = null;
}
