/**
 * Typing before the lock is granted: it shows at once, and reaches the shared document only with the grant. Refused, it is taken back and
 * handed out as text.
 *
 * JupyterLab binds an editor to its shared text with `ySync`, which copies every transaction that isn't marked as its own. What is held is
 * marked so; `pending` is what the editor is ahead of the shared text. Where that changes meanwhile, `pending` steps aside while the change
 * comes in, and is put on top of it again.
 * @module
 */
import {
  Annotation,
  type ChangeSet,
  Compartment,
  type EditorSelection,
  EditorState,
  type Extension,
  Prec,
  type Text,
  type Transaction
} from '@codemirror/state';
import { EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { ySyncAnnotation, type YSyncConfig, ySyncFacet } from '@jupyterlab/codemirror';
import type { Access } from './cellLocks.ts';

/** A cell's lock, as its editor sees it. */
export interface Gate {
  /** Whether typing is held that waits for the grant. */
  holding: boolean;
  /** What typing comes to now. */
  access(): Access;
  /** Somebody types, or is about to: the lock is needed. */
  want(): void;
  /** The editor has the focus, or not any longer. */
  focus(has: boolean): void;
  /** Something was typed or the caret moved. */
  touch(): void;
  /** Typing was refused, as it is done. */
  attempt(): void;
  /** Text that was typed and taken back. */
  returned(text: string): void;
  /** Calls back whenever `access` may have changed; the function returned ends that. */
  watch(heard: () => void): () => void;
}

/** What of Yjs this file looks at. */
interface TransactionLike {
  readonly origin: unknown;
  readonly changed: { has(type: unknown): boolean };
}

const held = Annotation.define<true>();

/** The extension for one cell's editor. */
export function heldTyping(gate: Gate): Extension {
  const readOnly = new Compartment();
  const plugin = ViewPlugin.define(view => new Held(view, gate, readOnly));
  return [
    Prec.highest(readOnly.of([])),
    plugin,
    EditorState.changeFilter.of(tr => {
      // Asked about every transaction: a caret that is moved changes nothing.
      if (!tr.docChanged || !isTyping(tr) || gate.access() !== 'closed') {
        return true;
      }
      gate.attempt();
      return false;
    }),
    EditorState.transactionExtender.of(tr => {
      if (!tr.docChanged || !isTyping(tr) || gate.access() !== 'waiting') {
        return null;
      }
      return { annotations: [ySyncAnnotation.of(tr.startState.facet(ySyncFacet)), held.of(true)] };
    }),
    Prec.highest(
      EditorView.domEventHandlers({
        // In a cell that is read-only for another reason there is nothing to lock.
        focus: (_event, view) => void (view.state.readOnly || gate.focus(true)),
        blur: () => void gate.focus(false),
        beforeinput: event => {
          if (gate.access() !== 'closed') {
            return false;
          }
          gate.attempt();
          event.preventDefault();
          return true;
        }
      })
    )
  ];
}

/** What the person at this editor does, not what comes from the shared document. */
function isTyping(tr: Transaction): boolean {
  return tr.annotation(ySyncAnnotation) === undefined;
}

class Held {
  private readonly view: EditorView;
  private readonly gate: Gate;
  private readonly readOnly: Compartment;
  private readonly unwatch: () => void;

  constructor(view: EditorView, gate: Gate, readOnly: Compartment) {
    this.view = view;
    this.gate = gate;
    this.readOnly = readOnly;
    this.unwatch = gate.watch(() => this.settle());
    this.soon();
  }

  update(update: ViewUpdate): void {
    for (const tr of update.transactions) {
      if (this.aside) {
        // The shared document's own change, while what is held stands aside.
        this.aside.changes = this.aside.changes?.compose(tr.changes) ?? tr.changes;
      } else if (tr.annotation(held)) {
        this.hold(tr);
      }
    }
    if (!this.aside && update.view.hasFocus && (update.docChanged || update.selectionSet)) {
      this.gate.touch();
    }
  }

  destroy(): void {
    this.unwatch();
    this.drop();
    this.gate.focus(false);
  }

  private hold(tr: Transaction): void {
    if (!this.pending) {
      this.base = tr.startState.doc;
      this.listen(true);
    }
    this.pending = this.pending?.compose(tr.changes) ?? tr.changes;
    this.gate.holding = true;
    this.gate.want();
    this.soon();
  }

  /** Not while the editor is being updated. */
  private soon(): void {
    void Promise.resolve().then(() => this.settle());
  }

  /** Brings the editor in line with the lock. */
  private settle(): void {
    if (this.aside || !this.view.dom.isConnected) {
      return;
    }
    const access = this.gate.access();
    if (access === 'open') {
      this.release();
    } else if (access === 'closed') {
      this.takeBack();
    }
    this.setClosed(access === 'closed');
  }

  private setClosed(closed: boolean): void {
    if (closed !== this.closed) {
      this.closed = closed;
      const { readOnly, view } = this;
      view.dispatch({ effects: readOnly.reconfigure(closed ? EditorState.readOnly.of(true) : []) });
      if (!closed && view.hasFocus && !view.state.readOnly) {
        // Who waits in the cell is next.
        this.gate.focus(true);
      }
    }
  }

  /** What was held goes into the shared text: one change of this editor's own. */
  private release(): void {
    const pending = this.drop();
    const { doc } = this.config.ytext;
    if (pending) {
      doc?.transact(() => {
        write(pending, this.config.ytext);
        doc.getMap('state').set('dirty', true);
      }, this.config);
    }
  }

  private takeBack(): void {
    const { base, view } = this;
    const pending = this.drop();
    if (pending && base) {
      view.dispatch({ changes: pending.invert(base), annotations: ySyncAnnotation.of(this.config) });
      this.gate.returned(inserted(pending));
    }
  }

  private drop(): ChangeSet | null {
    const { pending } = this;
    this.pending = null;
    this.base = null;
    this.gate.holding = false;
    this.listen(false);
    return pending;
  }

  private listen(on: boolean): void {
    const { doc } = this.config.ytext;
    if (on) {
      doc?.on('beforeObserverCalls', this.stepAside);
      doc?.on('afterTransaction', this.comeBack);
    } else {
      doc?.off('beforeObserverCalls', this.stepAside);
      doc?.off('afterTransaction', this.comeBack);
    }
  }

  private readonly stepAside = (tr: TransactionLike): void => {
    const { base, config, pending, view } = this;
    if (pending && base && tr.origin !== config && tr.changed.has(config.ytext)) {
      const { selection } = view.state;
      view.dispatch({ changes: pending.invert(base), annotations: ySyncAnnotation.of(config) });
      this.aside = { selection, changes: null };
    }
  };

  private readonly comeBack = (): void => {
    const { aside, config, pending, view } = this;
    if (!aside || !pending) {
      return;
    }
    const mapped = aside.changes ? pending.map(aside.changes) : pending;
    const selection = aside.changes ? aside.selection.map(aside.changes.map(pending, true)) : aside.selection;
    this.base = view.state.doc;
    this.pending = mapped;
    view.dispatch({ changes: mapped, selection, annotations: ySyncAnnotation.of(config) });
    this.aside = null;
    this.soon();
  };

  private get config(): YSyncConfig {
    return this.view.state.facet(ySyncFacet);
  }

  /** From the shared text to what the editor shows. */
  private pending: ChangeSet | null = null;
  /** The shared text. */
  private base: Text | null = null;
  private aside: { readonly selection: EditorSelection; changes: ChangeSet | null } | null = null;
  private closed = false;
}

/** Puts a change into the shared text. */
function write(changes: ChangeSet, text: YSyncConfig['ytext']): void {
  let shift = 0;
  changes.iterChanges((fromA, toA, _fromB, _toB, insert) => {
    if (toA > fromA) {
      text.delete(fromA + shift, toA - fromA);
    }
    const added = insert.sliceString(0, insert.length, '\n');
    if (added) {
      text.insert(fromA + shift, added);
    }
    shift += added.length - (toA - fromA);
  });
}

function inserted(changes: ChangeSet): string {
  const parts: string[] = [];
  changes.iterChanges((_fromA, _toA, _fromB, _toB, insert) => parts.push(insert.toString()));
  return parts.join('\n').trim() === '' ? '' : parts.join('\n');
}
