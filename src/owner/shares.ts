/**
 * The owner's shares, found by the path of their notebook.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';
import type { RightsRequest } from '../../protocol/messages.ts';
import type { OwnerApi } from '../api.ts';
import { askForInput } from '../components/askInput.ts';
import { CellComments } from '../comments/cellComments.ts';
import { CellLocks } from '../locks/cellLocks.ts';
import { NotebookVersions } from '../versions/notebookVersions.ts';
import type { VersionCan } from '../components/versionModel.ts';
import { OwnedShare } from './ownedShare.ts';

/** What an owner may do with versions. */
const OWNER_CAN: VersionCan = {
  see: true,
  save: true,
  restore: true,
  read: true,
  compareNow: true,
  manage: true
};

/** All shares that this page knows. */
export class Shares {
  private readonly api: OwnerApi;
  private readonly trans: TranslationBundle;
  constructor(api: OwnerApi, trans: TranslationBundle) {
    this.api = api;
    this.trans = trans;
  }

  /** Emitted when a share appeared or ended. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when a share's control socket is open (again). */
  get connected(): ISignal<this, OwnedShare> {
    return this._connected;
  }

  /** Somebody new waits at the door of a share; their name. */
  get knocked(): ISignal<this, string> {
    return this._knocked;
  }

  /** A guest of any share asks for more. */
  get requested(): ISignal<this, RightsRequest> {
    return this._requested;
  }

  /** The share of a notebook, as far as known; `look` asks the server. */
  find(path: string): OwnedShare | null {
    return [...this.known.values()].find(share => share.view.share.path === path) ?? null;
  }

  /** Who edits and runs what in a share. */
  locks(share: OwnedShare): CellLocks | null {
    return this.lockBook.get(share) ?? null;
  }

  /** Asks the server for the share of a notebook. */
  async look(path: string): Promise<OwnedShare | null> {
    const all = await this.api.shares();
    const found = all.find(share => share.path === path);
    if (!found) {
      return null;
    }
    return this.find(path) ?? this.keep(new OwnedShare(this.api, found, this.trans));
  }

  /** The server has other shares than before: gets to know those of the notebooks that are open. */
  async noticed(paths: readonly string[]): Promise<void> {
    const unknown = paths.filter(path => !this.find(path));
    if (unknown.length > 0) {
      const found = (await this.api.shares()).filter(({ path }) => unknown.includes(path));
      found.forEach(share => this.keep(new OwnedShare(this.api, share, this.trans)));
    }
  }

  /** Shares a notebook; the existing share if there is one. */
  async open(path: string): Promise<OwnedShare> {
    const share = await this.api.createShare(path);
    return this.known.get(share.id) ?? this.keep(new OwnedShare(this.api, share, this.trans));
  }

  /** The comments of a share, one object as long as the share is known. */
  commentsOf(share: OwnedShare): CellComments {
    const known = this.comments.get(share);
    if (known) {
      return known;
    }
    const api = this.api.comments(share.view.share.id);
    const made = new CellComments({ api, live: share.live, allowed: () => true });
    this.comments.set(share, made);
    return made;
  }

  /** The versions of a share's notebook, one object as long as the share is known. */
  versionsOf(share: OwnedShare): NotebookVersions {
    const known = this.versions.get(share);
    if (known) {
      return known;
    }
    const api = this.api.versions(share.view.share.id);
    const made = new NotebookVersions({ api, live: share.live, can: () => OWNER_CAN });
    this.versions.set(share, made);
    return made;
  }

  private keep(share: OwnedShare): OwnedShare {
    const id = share.view.share.id;
    const known = this.known.get(id);
    if (known) {
      share.dispose();
      return known;
    }
    this.known.set(id, share);
    const locks = new CellLocks(share.live);
    this.lockBook.set(share, locks);
    share.ended.connect(() => {
      this.known.delete(id);
      locks.dispose();
      share.dispose();
      this._changed.emit();
    });
    share.renamed.connect(() => this._changed.emit());
    share.knocked.connect((_, id) => {
      const person = share.view.share.people.find(one => one.id === id);
      this._knocked.emit(person?.name ?? '');
    });
    askForInput(share.live, this.trans);
    share.live.message.connect((_, message) => {
      if (message.type === 'request') {
        this._requested.emit(message.request);
      } else if (message.type === 'activity' || message.type === 'hello') {
        share.activity.refresh();
      }
      if (message.type === 'hello') {
        this._connected.emit(share);
      }
    });
    this._changed.emit();
    return share;
  }

  private readonly lockBook = new WeakMap<OwnedShare, CellLocks>();
  private readonly known = new Map<string, OwnedShare>();
  private readonly comments = new WeakMap<OwnedShare, CellComments>();
  private readonly versions = new WeakMap<OwnedShare, NotebookVersions>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _connected = new Signal<this, OwnedShare>(this);
  private readonly _knocked = new Signal<this, string>(this);
  private readonly _requested = new Signal<this, RightsRequest>(this);
}
