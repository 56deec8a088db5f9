/**
 * Puts the guards, the chip and the banners into a guest's JupyterLab.
 * @module
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IMainMenu } from '@jupyterlab/mainmenu';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Banner } from '../components/Banner.ts';
import { type EndLink, showEndPage } from '../components/EndPage.ts';
import { onCellsMoved } from '../cells.ts';
import { saveFailureText } from '../components/words.ts';
import { messageOf } from '../problem.ts';
import { guardCells } from './cellGuard.ts';
import { ChipWidget } from './chip.tsx';
import { followKernel } from './kernel.ts';
import { guardCommands } from './commandGuard.ts';
import { LastTyped } from './lastTyped.ts';
import { has, type Need, needOf } from './needs.ts';
import { tellNotices } from './notices.ts';
import { tellRejected } from './rejected.ts';
import { Resync } from './resync.ts';
import { watchRoomSockets } from './roomSocket.ts';
import { tidyShell } from './tidyShell.ts';
import type { GuestSession } from './session.ts';
import { Unsent } from './unsent.ts';
import { guardToolbar } from './toolbarGuard.ts';
import { guardWidgets } from './widgetGuard.ts';
import { reason, refusal } from './words.ts';

/** What the page is made of. */
export interface GuestPageOptions {
  readonly app: JupyterFrontEnd;
  readonly documents: IDocumentManager;
  readonly guest: GuestSession;
  readonly menu: IMainMenu | null;
  readonly tracker: INotebookTracker;
  readonly trans: TranslationBundle;
}

/** One guest's page. */
export class GuestPage {
  private readonly options: GuestPageOptions;
  constructor(options: GuestPageOptions) {
    this.options = options;
    const { documents, tracker, trans } = options;
    this.banner = new Banner(trans.__('Close'));
    this.resync = new Resync({
      documents,
      tracker,
      lost: (cell, text) => this.tellLost(cell, text, trans.__('it can’t be edited any more')),
      unsent: () => this.unsent.texts,
      mayEdit: cell => this.options.guest.mayEdit(cell),
      overtaken: (cell, text) => this.tellLost(cell, text, trans.__('it was changed meanwhile')),
      tooLarge: () => this.tellRejected([], trans.__('it is too large')),
      failed: why => this.tellStuck(why)
    });
  }

  /** Begins; nothing is undone until the page is left. */
  start(): void {
    const { app, guest, tracker, trans } = this.options;
    document.body.dataset['liveshare'] = 'guest';
    watchRoomSockets(app.serviceManager.serverSettings, {
      opened: () => (this.unsent.connected = true),
      ended: how => {
        this.unsent.connected = false;
        this.resync.ended(how);
      }
    });
    this.banner.addClass('jp-ThemedContainer');
    guardCommands(app.commands, {
      missing: command => this.missing(needOf(command)),
      reason: need => reason(need, guest.owner, trans),
      refuse: need => this.refuse(need),
      instead: command => this.instead(command)
    });
    guest.rightsChanged.connect(() => {
      app.commands.notifyCommandChanged();
      Notification.dismiss(this.lastWarning);
      this.refreshWritable();
    });
    tracker.widgetAdded.connect((_, panel) => this.adopt(panel));
    tracker.forEach(panel => this.adopt(panel));
    tellNotices({
      guest,
      banner: this.banner,
      rejected: (cells, detail) => this.tellRejected(cells, detail),
      resync: () => this.resync.asked(),
      end: (title, advice, link) => this.leaving || this.end(title, advice, link),
      trans
    });
    void app.restored.then(() => {
      tidyShell(this.options);
      document.body.append(this.banner.node);
      // The control socket's banner says it; JupyterLab's dialog would say it again, in other words.
      Signal.disconnectSender(app.serviceManager);
    });
    followKernel(guest.live, tracker, app.serviceManager.sessions);
    guest.locks.denied.lost.connect((_, { cell, text, why }) => {
      this.typed.add(cell, text);
      this.tellRejected([cell], why.detail);
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
    guardCells(panel, guest, trans);
    onCellsMoved(panel, () => {
      const ids = panel.content.widgets.map(cell => cell.model.id);
      // none: it is being loaded
      this.order = ids.length > 0 ? ids : this.order;
    });
    const again = guardToolbar(
      panel,
      need => this.missing(need) !== null,
      need => reason(need, guest.owner, trans)
    );
    const widgets = guardWidgets(panel, {
      allowed: () => this.missing('widgets') === null,
      reason: () => reason('widgets', guest.owner, trans)
    });
    guest.rightsChanged.connect(again);
    guest.rightsChanged.connect(widgets);
    panel.disposed.connect(() => {
      guest.rightsChanged.disconnect(again);
      guest.rightsChanged.disconnect(widgets);
    });
    void panel.context.ready.then(() => {
      this.typed.watch(panel);
      this.unsent.watch(panel);
      this.addChip(panel);
    });
  }

  private addChip(panel: NotebookPanel): void {
    const { guest, trans } = this.options;
    const chip = new ChipWidget({
      guest,
      panel,
      onLeave: () => void this.leave(),
      onAskFailed: () =>
        this.banner.say({ text: trans.__('Not connected just now'), kind: 'warn', ms: 5_000 }),
      trans
    });
    // A toolbar with little room puts its last items away: the chip comes first, and style puts it at the right end.
    panel.toolbar.insertItem(0, 'liveshare-rights', chip);
  }

  private missing(need: Need | null): Need | null {
    const { guest, tracker } = this.options;
    const active = tracker.activeCell?.model.id;
    if (!need || has(need, guest.now, active === undefined || guest.mayEdit(active))) {
      return null;
    }
    return (need === 'cell' || need === 'all-cells') && !guest.now.rights.edit ? 'edit' : need;
  }

  private refuse(need: Need): void {
    const { guest, trans } = this.options;
    this.warn(refusal(need, guest.owner, trans));
  }

  /** One warning at a time. */
  private warn(text: string): void {
    Notification.dismiss(this.lastWarning);
    this.lastWarning = Notification.warning(text, { autoClose: 4_000 });
  }

  /** Running the last cell, or "run and insert", adds a cell; without the right to, it just runs. */
  private instead(command: string): string | null {
    const { guest, tracker, trans } = this.options;
    const panel = tracker.currentWidget;
    const need = needOf(command);
    if (panel && need === 'save' && panel.context.contentsModel?.writable === false) {
      // JupyterLab would advise "Save as", which a guest has not.
      this.warn(saveFailureText('read-only', trans));
      return null;
    }
    if (!panel || need !== 'run') {
      return command;
    }
    const { activeCellIndex, widgets } = panel.content;
    const adds =
      command === 'notebook:run-cell-and-insert-below' ||
      (command === 'notebook:run-cell-and-select-next' && activeCellIndex >= widgets.length - 1);
    return adds && !guest.mayRestructure ? 'notebook:run-cell' : command;
  }

  /** JupyterLab asks once, when it opens a notebook, whether it can be saved: with the right won later it must ask again. */
  private refreshWritable(): void {
    const { guest, tracker } = this.options;
    const panel = tracker.currentWidget;
    if (guest.now.rights.save && panel?.context.contentsModel?.writable === false) {
      void this.resync.run();
    }
  }

  private tellRejected(cells: readonly string[], detail: string): void {
    const { trans } = this.options;
    tellRejected(cells, detail, {
      banner: this.banner,
      typed: ids => this.typed.of(ids),
      cellNumber: id => this.numberOf(id),
      trans
    });
  }

  /** The notebook was loaded again while somebody typed in a cell that they can't type in any more. */
  private tellLost(cell: string, text: string, why: string): void {
    this.typed.add(cell, text);
    // Where a banner already offers one's text, this is in it now.
    if (!this.banner.hasAction) {
      this.tellRejected([cell], why);
    }
  }

  /** A cell's number; while the notebook is loaded again, the one that it had. */
  private numberOf(id: string): number | null {
    const index = this.order.indexOf(id);
    return index < 0 ? null : index + 1;
  }

  /** Loading the notebook again did not help. */
  private tellStuck(why: unknown): void {
    const { trans } = this.options;
    this.banner.say({
      text: why === null ? trans.__('The notebook can’t be brought up to date here') : messageOf(why),
      kind: 'warn',
      key: 'stuck',
      action: { label: trans.__('Reload'), run: () => window.location.reload() }
    });
  }

  private async leave(): Promise<void> {
    const { guest, trans } = this.options;
    // The server ends the control socket on the way: that is no news then.
    this.leaving = true;
    try {
      await guest.leave();
      this.end(trans.__('You have left'), trans.__('Open your link again to come back.'));
    } catch (error) {
      this.leaving = false;
      await showErrorMessage(trans.__('Leaving did not work'), messageOf(error));
    }
  }

  /** Closes the notebook and every socket: nothing here reconnects. */
  private end(title: string, advice: string, link?: EndLink): void {
    const { app, guest, tracker } = this.options;
    showEndPage(title, advice, link);
    guest.live.dispose();
    this.banner.quiet();
    const open: NotebookPanel[] = [];
    tracker.forEach(panel => open.push(panel));
    open.forEach(panel => panel.dispose());
    const { serviceManager } = app;
    // Panels poll for as long as the page is open. They all ask through these settings.
    Object.assign(serviceManager.serverSettings, { fetch: () => Promise.reject(new TypeError(title)) });
    serviceManager.dispose();
  }

  private readonly banner: Banner;
  private readonly resync: Resync;
  private readonly typed = new LastTyped();
  private readonly unsent = new Unsent();
  private order: readonly string[] = [];
  private lastWarning = '';
  private leaving = false;
}
