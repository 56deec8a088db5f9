/**
 * One shared notebook as its owner works on it: the server's state, the ticks on their way, the control socket.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import { type Right, RIGHTS, type Rights, withImplied } from '../../protocol/levels.ts';
import type { ServerMessage } from '../../protocol/messages.ts';
import type { LinkChange, LockMode, NewPerson, PersonWithLink, Share } from '../../protocol/resources.ts';
import type { OwnerApi } from '../api.ts';
import { type FoundView, LINK_ROW, type Removed, type ShareActions } from '../components/model.ts';
import { Live } from '../live.ts';
import { RunQueue } from '../runs/runQueue.ts';
import type { UnsavedApi } from '../unsaved/unsavedApi.ts';
import { copyLink } from './copy.ts';
import { anyRight } from './rowState.ts';
import { RowTicks } from './rowTicks.ts';
import { ShareActivity } from './shareActivity.ts';
import { ShareStore } from './shareStore.ts';
import {
  accessOf,
  linkOf,
  putLink,
  putPerson,
  withChange,
  withoutRow,
  withPlaces,
  withRowOf
} from './shareState.ts';

/** How long a person who was removed can be brought back. */
const UNDO = 10_000;

/** How long the line about Run stays. */
const EXPLAIN = 30_000;

/** A share, its rows and its socket. */
export class OwnedShare extends ShareStore implements ShareActions, IDisposable {
  private readonly api: OwnerApi;
  private readonly trans: TranslationBundle;
  constructor(api: OwnerApi, share: Share, trans: TranslationBundle) {
    super(share);
    this.api = api;
    this.trans = trans;
    this.unsaved = api.unsaved(share.id);
    this.activity = new ShareActivity(before => api.activity(share.id, before));
    this.live = new Live(() => api.controlUrl(share.id));
    this.runs = new RunQueue(api.runs(share.id), this.live);
    this.live.message.connect((_, message) => this.onMessage(message));
    this.live.statusChanged.connect((_, status) => {
      if (status.kind === 'ended') {
        this._ended.emit();
      } else if (status.kind === 'outdated') {
        this.set({ error: trans.__('This page is out of date. Reload it to go on.') });
      }
    });
    this.ticks = new RowTicks({
      rights: row => accessOf(this.view.share, row)?.rights ?? null,
      state: row => this.row(row),
      set: (row, state) => this.setRow(row, state),
      send: (row, rights) => this.sendRights(row, rights)
    });
  }

  /** The control socket. */
  readonly live: Live;
  /** The way to run cells on the server. */
  readonly runs: RunQueue;
  /** What isn't saved. */
  readonly unsaved: UnsavedApi;
  /** What happened. */
  readonly activity: ShareActivity;

  /** Emitted when the share is over. */
  get ended(): ISignal<this, void> {
    return this._ended;
  }
  /** Whether `dispose` was called. */
  get isDisposed(): boolean {
    return this.live.isDisposed;
  }

  add(name: string): Promise<boolean> {
    return this.invite({ name, rights: { live: true } });
  }
  addAccount(found: FoundView): Promise<boolean> {
    return 'group' in found
      ? this.addGroup(found.group)
      : this.invite({ username: found.username, name: found.name, rights: { live: true } });
  }
  accounts(query: string): Promise<readonly FoundView[]> {
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
    const { note } = this.row(row);
    if (note?.kind === 'dropped') {
      this.ticks.want(row, note.before);
    }
  }

  change(row: string, change: LinkChange): void {
    const { share } = this.view;
    this.put(withChange(share, row, change));
    const request = async (): Promise<void> => {
      const link = linkOf(share, row);
      if (link) {
        this.put(putLink(share, await this.api.changeLink(share.id, link.id, change)));
      } else {
        const { maxPeople: _max, passphrase: _phrase, approval: _approval, ...access } = change;
        this.put(putPerson(share, await this.api.changePerson(share.id, row, access)));
      }
    };
    void this.inRow(row, async () => this.orBack(request, () => withRowOf(share, this.view.share, row)));
  }

  admit(person: string, rights: readonly Right[] | null): void {
    const { share } = this.view;
    void this.guarded(async () => {
      if (rights === null) {
        await this.api.removePerson(share.id, person);
        this.put(withoutRow(this.view.share, person));
      } else {
        const ticks = Object.fromEntries(RIGHTS.map(right => [right, rights.includes(right)]));
        const change = { waiting: false, rights: ticks } as const;
        this.put(putPerson(share, await this.api.changePerson(share.id, person, change)));
      }
    });
  }

  settings(change: { lockMode?: LockMode; holdSaves?: boolean }): void {
    const { share } = this.view;
    this.put({ ...share, ...change });
    const request = async (): Promise<void> => this.put(await this.api.changeShare(share.id, change));
    const { holdSaves, lockMode } = share;
    const back = (): Share => ({ ...this.view.share, holdSaves, lockMode });
    void this.guarded(async () => this.orBack(request, back));
  }

  copyLink(row: string): void {
    const { share } = this.view;
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
    const person = this.view.share.people.find(one => one.id === row);
    void this.inRow(row, async () => {
      await this.api.removePerson(this.view.share.id, row);
      this.put(withoutRow(this.view.share, row));
      if (!person) {
        return;
      }
      const { name, username, rights, cells, structure, grants, versions, expiresAt } = person;
      const access = { rights, cells, structure, grants, versions, expiresAt };
      this.undo.set(row, username === null ? { name, ...access } : { username, ...access });
      this.set({ removed: [...this.view.removed, { id: row, name }] });
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
    const asked = this.view.requests.find(one => one.id === request);
    const person = this.view.share.people.find(one => one.id === asked?.person.id);
    const given =
      rights && withImplied({ ...person?.rights, ...Object.fromEntries(rights.map(r => [r, true])) });
    void this.guarded(async () => {
      await this.api.answer(this.view.share.id, request, given);
      this.set({ requests: this.view.requests.filter(one => one.id !== request) });
    });
  }

  save = (): void => void this.guarded(() => this.unsaved.save());

  /** Ends the share for everybody. */
  async end(unsaved?: 'save' | 'discard'): Promise<void> {
    await this.api.endShare(this.view.share.id, unsaved);
    this._ended.emit();
  }

  override dispose(): void {
    this.live.dispose();
    this.activity.dispose();
    this.ticks.dispose();
    super.dispose();
  }

  private onMessage(message: ServerMessage): void {
    if (message.type === 'share') {
      this.put(message.share);
    } else if (message.type === 'saved') {
      const { at, person } = message;
      this.set({ share: { ...this.view.share, lastSaved: { person, at } } });
    } else if (message.type === 'places') {
      this.set({ share: withPlaces(this.view.share, message.places) });
    } else if (message.type === 'request') {
      const others = this.view.requests.filter(one => one.id !== message.request.id);
      this.set({ requests: [...others, message.request] });
    } else if (message.type === 'removed') {
      this._ended.emit();
    }
  }

  /** What was shown at once is put back when the server doesn't make it so. */
  private async orBack(request: () => Promise<void>, back: () => Share): Promise<void> {
    try {
      await request();
    } catch (error) {
      this.put(back());
      throw error;
    }
  }

  /** Adds a person; false when the server refused. */
  private invite(person: NewPerson): Promise<boolean> {
    return this.guarded(async () => {
      this.handOut(await this.api.addPerson(this.view.share.id, person));
    });
  }

  /** Adds the members of a group as they are now. */
  private addGroup(group: string): Promise<boolean> {
    return this.guarded(async () => {
      const { people } = await this.api.addGroup(this.view.share.id, { group, rights: { live: true } });
      this.put(people.reduce(putPerson, this.view.share));
    });
  }

  /** Shows the person and, if they have a link, copies it. */
  private handOut(person: PersonWithLink): void {
    this.put(putPerson(this.view.share, person));
    if (person.url) {
      const said = this.trans.__('Link for %1 copied. Send it to them.', person.name);
      void copyLink(this.api.address(person.url), said, this.trans);
      this.ticks.say(person.id, { kind: 'copied' });
    }
  }

  private sendRights(row: string, rights: Rights): Promise<void> {
    const { share } = this.view;
    return this.saving(async () => {
      const link = linkOf(share, row);
      if (link && anyRight(rights)) {
        this.put(putLink(share, await this.api.changeLink(share.id, link.id, { rights })));
      } else if (link) {
        await this.api.removeLink(share.id, link.id);
        this.put(withoutRow(this.view.share, row));
      } else if (row === LINK_ROW) {
        this.put(putLink(share, await this.api.addLink(share.id, { rights })));
      } else {
        this.put(putPerson(share, await this.api.changePerson(share.id, row, { rights })));
      }
    });
  }

  private forget(row: string): void {
    this.undo.delete(row);
    this.set({ removed: this.view.removed.filter((one: Removed) => one.id !== row) });
  }

  private readonly ticks: RowTicks;
  private readonly undo = new Map<string, NewPerson>();
  private readonly _ended = new Signal<this, void>(this);
}
