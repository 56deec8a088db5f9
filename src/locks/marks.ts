/**
 * Who edits and who runs, on the cells of one notebook: over the cell, moving nothing. Only cells that have a mark cost anything.
 * @module
 */
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RunState, Who } from '../../protocol/messages.ts';
import { onCellsMoved } from '../cells.ts';
import { initials } from '../components/words.ts';
import type { Desk } from './desk.ts';
import { editText, runText } from './words.ts';

const MARK = 'jp-LiveShare-mark';
const MARKED = 'jp-LiveShare-mod-marked';

/** How a run that waits is taken out of the queue; null: it can't be, here. */
export type CancelOf = (run: RunState) => (() => void) | null;

interface Running {
  readonly who: Who;
  readonly label: string;
  readonly text: string;
  readonly cancel: (() => void) | null;
}

/** The marks of a notebook, from now until it is closed. */
export class CellMarks {
  private readonly panel: NotebookPanel;
  private readonly desk: Desk;
  private readonly trans: TranslationBundle;
  private readonly cancelOf: CancelOf;

  /** @param cancelOf takes a run that waits out of the queue; null where that is not for this page to do. */
  constructor(panel: NotebookPanel, desk: Desk, cancelOf: CancelOf, trans: TranslationBundle) {
    this.panel = panel;
    this.desk = desk;
    this.cancelOf = cancelOf;
    this.trans = trans;
    this.voice.className = 'jp-LiveShare-voice';
    this.voice.setAttribute('role', 'status');
    panel.node.append(this.voice);
    onCellsMoved(panel, () => this.draw(this.all()));
    panel.content.activeCellChanged.connect(() => this.speak());
    const heard = (_: unknown, cell: string | null): void => {
      this.draw(cell === null ? this.all() : [cell]);
      this.speak();
    };
    desk.changed.connect(heard);
    panel.disposed.connect(() => desk.changed.disconnect(heard));
    this.draw(this.all());
  }

  /** Cells that have a mark, or should have. */
  private all(): string[] {
    return [...new Set([...this.marks.keys(), ...(this.desk.locks?.cells ?? [])])];
  }

  private draw(ids: readonly string[]): void {
    const wanted = new Map(ids.map(id => [id, this.parts(id)]));
    const widgets = new Map<string, Cell>();
    if ([...wanted.values()].some(parts => parts.length > 0)) {
      this.panel.content.widgets.forEach(cell => widgets.set(cell.model.id, cell));
    }
    wanted.forEach((parts, id) => {
      this.put(id, parts, parts.length > 0 ? (widgets.get(id) ?? null) : null);
    });
  }

  private put(id: string, parts: readonly HTMLElement[], cell: Cell | null): void {
    const before = this.marks.get(id);
    if (before && before.cell !== cell) {
      before.node.remove();
      before.cell.removeClass(MARKED);
      this.marks.delete(id);
    }
    if (!cell) {
      return;
    }
    const node = before?.cell === cell ? before.node : document.createElement('div');
    node.className = MARK;
    node.replaceChildren(...parts);
    cell.addClass(MARKED);
    cell.node.append(node);
    this.marks.set(id, { cell, node });
  }

  private parts(id: string): HTMLElement[] {
    const { locks } = this.desk;
    const edit = locks?.other(id);
    const parts: HTMLElement[] = [];
    if (edit) {
      const text = editText(edit, this.trans);
      const bar = part('bar', edit.holder, '', text);
      bar.setAttribute('aria-hidden', 'true');
      parts.push(bar, part('who', edit.holder, initials(edit.holder.name), text));
    }
    const running = this.running(id);
    if (running) {
      const mark = part('run', running.who, running.label, running.text);
      parts.push(running.cancel ? withCancel(mark, running.cancel, this.trans) : mark);
    }
    return parts;
  }

  /** Who runs the cell, or waits to: `[*]` is JupyterLab's own. */
  private running(id: string): Running | null {
    const { locks } = this.desk;
    const found = locks?.run(id);
    if (found) {
      const { before, run } = found;
      const name = run.person.id === locks?.me?.id ? this.trans.__('you') : run.person.name;
      const place = { queued: `${String(before + 1)} · `, input: '? · ', running: '' }[run.state];
      return {
        who: run.person,
        label: `${place}${name}`,
        text: runText(run, before, this.trans),
        cancel: run.state === 'queued' ? this.cancelOf(run) : null
      };
    }
    const lock = locks?.held(id, 'execute');
    if (!lock) {
      return null;
    }
    const { holder, since } = lock;
    const run = { run: '', cell: id, person: holder, state: 'running' as const, since };
    const name = holder.id === locks?.me?.id ? this.trans.__('you') : holder.name;
    return { who: holder, label: name, text: runText(run, 0, this.trans), cancel: null };
  }

  /** Screen readers hear it of the cell they are in, once. */
  private speak(): void {
    const id = this.panel.content.activeCell?.model.id;
    const edit = id === undefined ? null : this.desk.locks?.other(id);
    const text = edit ? editText(edit, this.trans) : '';
    if (this.voice.textContent !== text) {
      this.voice.textContent = text;
    }
  }

  private readonly voice = document.createElement('div');
  private readonly marks = new Map<string, { readonly cell: Cell; readonly node: HTMLElement }>();
}

function part(kind: 'bar' | 'who' | 'run', who: Who, label: string, text: string): HTMLElement {
  const node = document.createElement('span');
  node.className = `${MARK}-${kind}`;
  node.style.setProperty('--jp-liveshare-person', who.color);
  node.textContent = label;
  node.title = text;
  node.setAttribute('role', 'img');
  node.setAttribute('aria-label', text);
  return node;
}

/** The mark, with a button that takes the run out of the queue. */
function withCancel(mark: HTMLElement, cancel: () => void, trans: TranslationBundle): HTMLElement {
  const label = document.createElement('span');
  label.textContent = mark.textContent;
  const button = document.createElement('button');
  button.className = `${MARK}-cancel`;
  button.textContent = '×';
  button.title = trans.__('Don’t run it: take it out of the queue');
  button.setAttribute('aria-label', `${mark.title}. ${button.title}`);
  button.addEventListener('click', event => {
    event.stopPropagation();
    button.disabled = true;
    cancel();
  });
  // A cell takes a press of the mouse for a selection.
  button.addEventListener('mousedown', event => event.stopPropagation());
  mark.setAttribute('role', 'group');
  mark.replaceChildren(label, button);
  return mark;
}
