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
import { commentsSection } from '../comments/section.tsx';
import { onCellsMoved } from '../cells.ts';
import { folds } from '../components/folds.ts';
import { GuestsPanel } from '../components/GuestsPanel.tsx';
import { messageOf } from '../problem.ts';
import { CommandIDs } from '../tokens.ts';
import { cellNumberIn, notebookName, notebookPath } from './notebooks.ts';
import type { OwnedShare } from './ownedShare.ts';
import { pickScope } from './pickScope.ts';
import type { Shares } from './shares.ts';

/** What the panel needs. */
export interface OwnerPanelOptions {
  readonly app: JupyterFrontEnd;
  readonly tracker: INotebookTracker;
  readonly shares: Shares;
  readonly trans: TranslationBundle;
}

/** Content of the Collaborators panel. */
export class OwnerPanel extends ReactWidget {
  private readonly options: OwnerPanelOptions;
  constructor(options: OwnerPanelOptions) {
    super();
    this.options = options;
    this.addClass('jp-LiveShare-panel');
    options.tracker.currentChanged.connect(this.follow, this);
    options.shares.changed.connect(this.look, this);
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
            onMoreActivity: () => void share.activity.more(),
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
      this.share?.changed.disconnect(this.update, this);
      this.share?.activity.changed.disconnect(this.update, this);
      if (this.share) {
        shares.commentsOf(this.share).changed.disconnect(this.update, this);
      }
      if (share) {
        shares.commentsOf(share).changed.connect(this.update, this);
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
    const answer = await showDialog({
      title: trans.__('Stop sharing "%1"?', share.view.share.name),
      body: trans.__('Everybody but you loses access at once, and all links stop working.'),
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Stop sharing') })]
    });
    if (!answer.button.accept) {
      return;
    }
    try {
      await share.end();
    } catch (error) {
      await showErrorMessage(trans.__('Sharing goes on'), messageOf(error));
    }
  }

  private share: OwnedShare | null = null;
  private cells: IDisposable | null = null;
  private error: string | null = null;
}
