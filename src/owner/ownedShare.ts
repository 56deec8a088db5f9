/**
 * One shared notebook as its owner works on it: the server's state, the ticks on their way, the control socket.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import { type Right, type Rights, withImplied } from '../../protocol/levels.ts';
import type { ServerMessage } from '../../protocol/messages.ts';
import type { AccessChange, NewPerson, PersonWithLink, Share } from '../../protocol/resources.ts';
import type { OwnerApi } from '../api.ts';
import {
  type AccountView,
  CALM,
  LINK_ROW,
  type Removed,
  type RowState,
  type ShareActions,
  type ShareView
} from '../components/model.ts';
import { Live } from '../live.ts';
import { messageOf } from '../problem.ts';
import { copyLink } from './copy.ts';
import { anyRight } from './rowState.ts';
import { RowTicks } from './rowTicks.ts';
import { ShareActivity } from './shareActivity.ts';
import { accessOf, linkOf, putLink, putPerson, withoutRow } from './shareState.ts';

/** How long a person who was removed can be brought back. */
const UNDO = 10_000;

/** How long the line about Run stays. */
const EXPLAIN = 30_000;

/** A share, its rows and its socket. */
export class OwnedShare implements ShareActions, IDisposable {
  private readonly api: OwnerApi;
  private readonly trans: TranslationBundle;
  constructor(api: OwnerApi, share: Share, trans: TranslationBundle) {
    this.api = api;
    this.trans = trans;
    this._view = {
      share,
      rows: {},
      removed: [],
      requests: [],
      saving: 'idle',
      explainRun: false,
      error: null
    };
    this.activity = new ShareActivity(before => api.activity(share.id, before));
    this.live = new Live(() => api.controlUrl(share.id));
    this.live.message.connect((_, message) => this.onMessage(message));
    this.live.statusChanged.connect((_, status) => {
      if (status.kind === 'ended') {
        this._ended.emit();
      } else if (status.kind === 'outdated') {
        this.set({ error: trans.__('This page is out of date. Reload it to go on.') });
      }
    });
    this.ticks = new RowTicks({
      rights: row => accessOf(this._view.share, row)?.rights ?? null,
      state: row => this._view.rows[row] ?? CALM,
      set: (row, state) => this.setRow(row, state),
      send: (row, rights) => this.sendRights(row, rights)
    });
  }

  /** The control socket. */
  readonly live: Live;
  /** What happened. */
  readonly activity: ShareActivity;

  /** What to show. */
  get view(): ShareView {
    return this._view;
  }
  /** Emitted with every change of `view`. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }
  /** Emitted when the share is over. */
  get ended(): ISignal<this, void> {
    return this._ended;
  }
  /** Emitted when the notebook has another path. */
  get renamed(): ISignal<this, void> {
    return this._renamed;
  }
  /** Whether `dispose` was called. */
  get isDisposed(): boolean {
    return this.live.isDisposed;
  }

  add(name: string): Promise<boolean> {
    return this.invite({ name, rights: { live: true } });
  }
  addAccount(account: AccountView): Promise<boolean> {
    return this.invite({ username: account.username, rights: { live: true } });
  }
  accounts(query: string): Promise<readonly AccountView[]> {
    return this.api.accounts(query);
  }

  tick(row: string, right: Right, on: boolean): void {
    if (right === 'execute' && on && !localStorage.getItem('liveshare:run-explained')) {
      localStorage.setItem('liveshare:run-explained', 'yes');
      this.set({ explainRun: true });
      window.setTimeout(() => this.set({ explainRun: false }), EXPLAIN);
    }
    this.ticks.tick(row, right, on);
  }
  undoDrop(row: string): void {
    const note = (this._view.rows[row] ?? CALM).note;
    if (note?.kind === 'dropped') {
      this.ticks.want(row, note.before);
    }
  }

  change(row: string, change: AccessChange): void {
    void this.inRow(row, async () => {
      const { share } = this._view;
      const link = linkOf(share, row);
      if (link) {
        this.put(putLink(share, await this.api.changeLink(share.id, link.id, change)));
      } else {
        this.put(putPerson(share, await this.api.changePerson(share.id, row, change)));
      }
    });
  }

  copyLink(row: string): void {
    const { share } = this._view;
    const link = linkOf(share, row);
    if (link) {
      void copyLink(
        this.api.address(link.url),
        this.trans.__('Link copied. Anyone who has it can come in.'),
        this.trans
      );
      this.ticks.say(row, { kind: 'copied' });
      return;
    }
    void this.inRow(row, async () => {
      this.handOut(await this.api.changePerson(share.id, row, { renewLink: true }));
    });
  }

  remove(row: string): void {
    const person = this._view.share.people.find(one => one.id === row);
    void this.inRow(row, async () => {
      await this.api.removePerson(this._view.share.id, row);
      this.put(withoutRow(this._view.share, row));
      if (!person) {
        return;
      }
      const { name, username, rights, cells, structure, grants, versions, expiresAt } = person;
      const access = { rights, cells, structure, grants, versions, expiresAt };
      this.undo.set(row, username === null ? { name, ...access } : { username, ...access });
      this.set({ removed: [...this._view.removed, { id: row, name }] });
      window.setTimeout(() => this.forget(row), UNDO);
    });
  }
  restore(row: string): void {
    const person = this.undo.get(row);
    this.forget(row);
    if (person) {
      void this.invite(person);
    }
  }

  answer(request: string, rights: readonly Right[] | null): void {
    const asked = this._view.requests.find(one => one.id === request);
    const person = this._view.share.people.find(one => one.id === asked?.person.id);
    const given =
      rights && withImplied({ ...person?.rights, ...Object.fromEntries(rights.map(r => [r, true])) });
    void this.guarded(async () => {
      await this.api.answer(this._view.share.id, request, given);
      this.set({ requests: this._view.requests.filter(one => one.id !== request) });
    });
  }

  /** Ends the share for everybody. */
  async end(): Promise<void> {
    await this.api.endShare(this._view.share.id);
    this._ended.emit();
  }

  /** Closes the socket. */
  dispose(): void {
    this.live.dispose();
    this.activity.dispose();
    this.ticks.dispose();
    Signal.clearData(this);
  }

  private onMessage(message: ServerMessage): void {
    if (message.type === 'share') {
      this.put(message.share);
    } else if (message.type === 'request') {
      const others = this._view.requests.filter(one => one.id !== message.request.id);
      this.set({ requests: [...others, message.request] });
    } else if (message.type === 'removed') {
      this._ended.emit();
    }
  }

  /** Adds a person; false when the server refused. */
  private invite(person: NewPerson): Promise<boolean> {
    return this.guarded(async () => {
      this.handOut(await this.api.addPerson(this._view.share.id, person));
    });
  }

  /** Shows the person and, if they have a link, copies it. */
  private handOut(person: PersonWithLink): void {
    this.put(putPerson(this._view.share, person));
    if (person.url) {
      const said = this.trans.__('Link for %1 copied. Send it to them.', person.name);
      void copyLink(this.api.address(person.url), said, this.trans);
      this.ticks.say(person.id, { kind: 'copied' });
    }
  }

  private async sendRights(row: string, rights: Rights): Promise<void> {
    const { share } = this._view;
    this.set({ saving: 'saving' });
    try {
      const link = linkOf(share, row);
      if (link && anyRight(rights)) {
        this.put(putLink(share, await this.api.changeLink(share.id, link.id, { rights })));
      } else if (link) {
        await this.api.removeLink(share.id, link.id);
        this.put(withoutRow(this._view.share, row));
      } else if (row === LINK_ROW) {
        this.put(putLink(share, await this.api.addLink(share.id, { rights })));
      } else {
        this.put(putPerson(share, await this.api.changePerson(share.id, row, { rights })));
      }
      this.set({ saving: 'saved' });
    } catch (error) {
      this.set({ saving: 'idle' });
      throw error;
    }
  }

  /** Does something for a row; a failure is shown in it. */
  private async inRow(row: string, work: () => Promise<void>): Promise<void> {
    this.set({ saving: 'saving' });
    try {
      await work();
      this.set({ saving: 'saved' });
    } catch (error) {
      this.set({ saving: 'idle' });
      this.setRow(row, { ...CALM, error: messageOf(error) });
    }
  }

  /** Does something outside of rows; a failure is shown on top. */
  private async guarded(work: () => Promise<void>): Promise<boolean> {
    this.set({ saving: 'saving', error: null });
    try {
      await work();
      this.set({ saving: 'saved' });
      return true;
    } catch (error) {
      this.set({ saving: 'idle', error: messageOf(error) });
      return false;
    }
  }

  private forget(row: string): void {
    this.undo.delete(row);
    this.set({ removed: this._view.removed.filter((one: Removed) => one.id !== row) });
  }

  private put(share: Share): void {
    const moved = share.path !== this._view.share.path;
    const known = (id: string): boolean => share.people.some(person => person.id === id);
    this.set({ share, requests: this._view.requests.filter(one => known(one.person.id)) });
    if (moved) {
      this._renamed.emit();
    }
  }
  private setRow(row: string, state: RowState): void {
    this.set({ rows: { ...this._view.rows, [row]: state } });
  }
  private set(change: Partial<ShareView>): void {
    this._view = { ...this._view, ...change };
    this._changed.emit();
  }

  private _view: ShareView;
  private readonly ticks: RowTicks;
  private readonly undo = new Map<string, NewPerson>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, void>(this);
  private readonly _renamed = new Signal<this, void>(this);
}
