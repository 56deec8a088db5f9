/**
 * Puts the guards, the chip and the banners into a guest's JupyterLab.
 * @module
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Banner } from '../components/Banner.ts';
import { showEndPage } from '../components/EndPage.ts';
import { messageOf } from '../problem.ts';
import { guardCells } from './cellGuard.ts';
import { ChipWidget } from './chip.tsx';
import { guardCommands } from './commandGuard.ts';
import { LastTyped } from './lastTyped.ts';
import { has, type Need, needOf } from './needs.ts';
import { tellNotices } from './notices.ts';
import { reopen } from './reopen.ts';
import type { GuestSession } from './session.ts';
import { guardToolbar } from './toolbarGuard.ts';
import { reason, refusal } from './words.ts';

/** What the page is made of. */
export interface GuestPageOptions {
  readonly app: JupyterFrontEnd;
  readonly documents: IDocumentManager;
  readonly guest: GuestSession;
  readonly tracker: INotebookTracker;
  readonly trans: TranslationBundle;
}

/** One guest's page. */
export class GuestPage {
  private readonly options: GuestPageOptions;
  constructor(options: GuestPageOptions) {
    this.options = options;
    this.banner = new Banner(options.trans.__('Close'));
  }

  /** Begins; nothing is undone until the page is left. */
  start(): void {
    const { app, guest, tracker, trans } = this.options;
    document.body.dataset['liveshare'] = 'guest';
    this.banner.addClass('jp-ThemedContainer');
    guardCommands(app.commands, {
      missing: command => this.missing(needOf(command)),
      reason: need => reason(need, guest.owner, trans),
      refuse: need => this.refuse(need),
      instead: command => this.instead(command)
    });
    guest.rightsChanged.connect(() => app.commands.notifyCommandChanged());
    tracker.widgetAdded.connect((_, panel) => this.adopt(panel));
    tracker.forEach(panel => this.adopt(panel));
    tellNotices({
      guest,
      banner: this.banner,
      typed: cells => this.typed.of(cells),
      resync: () => this.resync(),
      end: (title, advice) => this.end(title, advice),
      trans
    });
    void app.restored.then(() => {
      document.body.append(this.banner.node);
      // The control socket's banner says it; JupyterLab's dialog would say it again, in other words.
      Signal.disconnectSender(app.serviceManager);
    });
    guest.ready.catch(error => {
      this.banner.say({ text: messageOf(error), kind: 'warn' });
    });
  }

  private adopt(panel: NotebookPanel): void {
    const { guest, trans } = this.options;
    const session = panel.sessionContext;
    // A guest's page joins the kernel that is there; it starts, stops and asks for none.
    session.kernelPreference = {
      ...session.kernelPreference,
      shouldStart: false,
      autoStartDefault: false,
      shutdownOnDispose: false
    };
    guardCells(panel, guest);
    const again = guardToolbar(
      panel,
      need => this.missing(need) !== null,
      need => reason(need, guest.owner, trans)
    );
    guest.rightsChanged.connect(again);
    panel.disposed.connect(() => guest.rightsChanged.disconnect(again));
    panel.toolbar.addItem(
      'liveshare-rights',
      new ChipWidget({
        guest,
        onLeave: () => void this.leave(),
        onAskFailed: () =>
          this.banner.say({ text: trans.__('Not connected just now'), kind: 'warn', ms: 5_000 }),
        trans
      })
    );
    void panel.context.ready.then(() => this.typed.watch(panel));
  }

  private missing(need: Need | null): Need | null {
    return need && !has(need, this.options.guest.now) ? need : null;
  }

  private refuse(need: Need): void {
    const { guest, trans } = this.options;
    Notification.dismiss(this.lastRefusal);
    this.lastRefusal = Notification.warning(refusal(need, guest.owner, trans), { autoClose: 4_000 });
  }

  /** Running the last cell, or "run and insert", adds a cell; without the right to, it just runs. */
  private instead(command: string): string {
    const { guest, tracker } = this.options;
    if (guest.mayRestructure) {
      return command;
    }
    const notebook = tracker.currentWidget?.content;
    const last = notebook ? notebook.activeCellIndex >= notebook.widgets.length - 1 : false;
    const inserts =
      command === 'notebook:run-cell-and-insert-below' ||
      (command === 'notebook:run-cell-and-select-next' && last);
    return inserts ? 'notebook:run-cell' : command;
  }

  private async resync(): Promise<void> {
    const { documents, tracker, trans } = this.options;
    const panel = tracker.currentWidget;
    if (!panel || this.reloading) {
      return;
    }
    this.reloading = true;
    try {
      await reopen(documents, panel);
    } catch (error) {
      this.banner.say({
        text: messageOf(error),
        kind: 'warn',
        action: { label: trans.__('Reload'), run: () => window.location.reload() }
      });
    } finally {
      this.reloading = false;
    }
  }

  private async leave(): Promise<void> {
    const { guest, trans } = this.options;
    try {
      await guest.leave();
      this.end(trans.__('You have left'), trans.__('Open your link again to come back.'));
    } catch (error) {
      await showErrorMessage(trans.__('Leaving did not work'), messageOf(error));
    }
  }

  /** Closes the notebook and every socket: nothing here reconnects. */
  private end(title: string, advice: string): void {
    const { app, guest, tracker } = this.options;
    showEndPage(title, advice);
    guest.live.dispose();
    this.banner.quiet();
    const open: NotebookPanel[] = [];
    tracker.forEach(panel => open.push(panel));
    open.forEach(panel => panel.dispose());
    app.serviceManager.dispose();
  }

  private readonly banner: Banner;
  private readonly typed = new LastTyped();
  private lastRefusal = '';
  private reloading = false;
}
