/**
 * The guest's own session: who I am, what I may do now, who else is here.
 * @module
 */
import { type ISignal, Signal } from '@lumino/signaling';
import { granted, NO_RIGHTS, type Right } from '../../protocol/levels.ts';
import type { RightsNow, ServerMessage, Who } from '../../protocol/messages.ts';
import type { Me, Person } from '../../protocol/resources.ts';
import type { GuestApi } from '../api.ts';
import type { UnsavedNow } from '../components/SavedLine.tsx';
import type { Reader } from '../components/unsavedText.ts';
import type { VersionCan } from '../components/versionModel.ts';
import { NotebookVersions } from '../versions/notebookVersions.ts';
import { CellComments } from '../comments/cellComments.ts';
import { Live } from '../live.ts';
import { CellLocks } from '../locks/cellLocks.ts';
import { RunQueue } from '../runs/runQueue.ts';

/** Somebody else in the notebook, as guests see them. */
export type Other = Pick<Person, 'id' | 'name' | 'color' | 'cell'>;

/** Rights asked for. */
export interface Asked {
  readonly waiting: readonly Right[];
  readonly refused: readonly Right[];
}

/** Nothing, until the server has spoken. */
const NOTHING: RightsNow = { rights: NO_RIGHTS, cells: [], structure: false, grants: {} };

/** What rights let a guest do with versions; the server decides for each of them. */
function canDo({ cells, rights, structure }: RightsNow): VersionCan {
  const see = rights.static || rights.save;
  return {
    see,
    save: rights.save,
    restore: see && rights.edit && structure && cells === 'all',
    read: rights.static,
    compareNow: see && rights.live,
    manage: false
  };
}

/** One guest in one page. */
export class GuestSession {
  private readonly api: GuestApi;
  constructor(api: GuestApi) {
    this.api = api;
    this.live = new Live(() => api.controlUrl());
    this.locks = new CellLocks(this.live);
    this.live.message.connect((_, message) => this.onMessage(message));
    this.comments = new CellComments({
      api: api.comments(),
      live: this.live,
      allowed: () => granted('comment', this._now.rights, this._now.grants, this._now.cells)
    });
    this.runs = new RunQueue(api.runs(), this.live);
    this.versions = new NotebookVersions({
      api: api.versions(),
      live: this.live,
      can: () => canDo(this._now)
    });
    this.ready = api.me().then(me => {
      this._me = me;
      this.setRights(me);
    });
  }

  /** The control socket. */
  readonly live: Live;
  /** Comments on cells. */
  readonly comments: CellComments;
  /** Who edits and runs what. */
  readonly locks: CellLocks;
  /** The way to run cells. */
  readonly runs: RunQueue;
  /** Versions of the notebook. */
  readonly versions: NotebookVersions;
  /** Settles when `me` is known; rejects when the server did not say. */
  readonly ready: Promise<void>;

  /** The share and I; null until known. */
  get me(): Me | null {
    return this._me;
  }
  /** Who I am; null until known. */
  get person(): Who | null {
    return this._me?.person ?? null;
  }
  /** The owner's name. */
  get owner(): string {
    return this._me?.share.owner ?? '';
  }
  /** What I may do now. */
  get now(): RightsNow {
    return this._now;
  }
  /** Emitted with the rights before; null when the server speaks for the first time. */
  get rightsChanged(): ISignal<this, RightsNow | null> {
    return this._rightsChanged;
  }
  /** Emitted when the server has named cells of one's own. */
  get ownChanged(): ISignal<this, void> {
    return this._ownChanged;
  }
  /** Who is here. */
  get people(): readonly Other[] {
    return this._people;
  }
  /** Emitted when somebody came, moved or left. */
  get peopleChanged(): ISignal<this, void> {
    return this._peopleChanged;
  }

  /** What I asked for and wait for, and what the last answer did not give me. */
  get asked(): Asked {
    return this._asked;
  }
  /** Emitted with every change of `asked`. */
  get askedChanged(): ISignal<this, Asked> {
    return this._askedChanged;
  }

  /** What isn't saved, and who saved last. */
  get unsaved(): UnsavedNow {
    return this._unsaved;
  }
  /** Emitted with every change of `unsaved`. */
  get unsavedChanged(): ISignal<this, void> {
    return this._unsavedChanged;
  }
  /** Who reads it. */
  get reader(): Reader {
    return { me: this.person?.id ?? '', owner: this.owner };
  }

  /** Address of the saved notebook as a page. */
  get pageUrl(): string {
    return this.api.pageUrl();
  }

  /** Whether I may change this cell's source. */
  mayEdit(cell: string): boolean {
    const { cells, rights } = this._now;
    return rights.edit && (cells === 'all' || cells.includes(cell) || this.own.has(cell));
  }
  /** A cell was seen in the notebook. One that is new and was made here is one's own to edit; one that was only moved here isn't. */
  meet(cell: string, madeHere: boolean): void {
    if (madeHere && !this.met.has(cell)) {
      this.own.add(cell);
    }
    this.met.add(cell);
  }
  /** Whether I may insert, move and delete cells. */
  get mayRestructure(): boolean {
    return this._now.rights.edit && this._now.structure;
  }

  /** Asks the owner for more; false when not connected. */
  ask(rights: readonly Right[], note: string): boolean {
    return this.live.send({ type: 'ask', rights, ...(note === '' ? {} : { note }) });
  }
  /** Ends the session in this browser. */
  async leave(): Promise<void> {
    await this.api.leave();
    this.live.dispose();
  }

  private onMessage(message: ServerMessage): void {
    if (message.type === 'hello' || message.type === 'rights') {
      this.setRights(message);
    } else if (message.type === 'asked') {
      this._asked = message;
      this._askedChanged.emit(message);
    } else if (message.type === 'unsaved') {
      const { conflicts, held, people, saved } = message;
      this.setUnsaved({ conflicts, held, unsavedBy: people, lastSaved: saved });
    } else if (message.type === 'saved') {
      const { at, person } = message;
      this.setUnsaved({ ...this._unsaved, lastSaved: { person, at } });
    } else if (message.type === 'own') {
      message.cells.forEach(cell => this.own.add(cell));
      this._ownChanged.emit();
    } else if (message.type === 'people') {
      this._people = message.people;
      this._peopleChanged.emit();
    } else if (message.type === 'places') {
      const { places } = message;
      this._people = this._people.map(one =>
        Object.hasOwn(places, one.id) ? { ...one, cell: places[one.id] ?? null } : one
      );
      this._peopleChanged.emit();
    }
  }

  private setUnsaved(unsaved: UnsavedNow): void {
    this._unsaved = unsaved;
    this._unsavedChanged.emit();
  }

  private setRights({ cells, grants, rights, structure }: RightsNow): void {
    const before = this._now === NOTHING ? null : this._now;
    const could = this.comments.allowed;
    this._now = { cells, grants, rights, structure };
    this._rightsChanged.emit(before);
    if (before === null || could !== this.comments.allowed) {
      void this.comments.refresh();
    }
    void this.versions.refresh();
  }

  private readonly met = new Set<string>();
  private readonly own = new Set<string>();
  private _me: Me | null = null;
  private _now: RightsNow = NOTHING;
  private _asked: Asked = { waiting: [], refused: [] };
  private _people: readonly Other[] = [];
  private _unsaved: UnsavedNow = { conflicts: 0, held: false, unsavedBy: [], lastSaved: null };
  private readonly _rightsChanged = new Signal<this, RightsNow | null>(this);
  private readonly _askedChanged = new Signal<this, Asked>(this);
  private readonly _unsavedChanged = new Signal<this, void>(this);
  private readonly _ownChanged = new Signal<this, void>(this);
  private readonly _peopleChanged = new Signal<this, void>(this);
}
