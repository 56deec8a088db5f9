/**
 * What is typed while there is no notebook to type in: kept, and put where the caret was once there is one again.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';

/** Keys by themselves type; with these they are commands. */
interface KeyLike {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The text after one more key; null when the key types nothing. */
export function withKey(text: string, event: KeyLike): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return null;
  }
  if (event.key === 'Enter') {
    // Shift+Enter runs a cell.
    return event.shiftKey ? null : `${text}\n`;
  }
  if (event.key === 'Backspace') {
    return [...text].slice(0, -1).join('');
  }
  // Keys that have a name and no letter have a longer one.
  return [...event.key].length === 1 ? text + event.key : null;
}

/** Takes keys and pasted text from everything else on the page until it is disposed. */
export class Meanwhile implements IDisposable {
  constructor() {
    window.addEventListener('keydown', this.onKey, true);
    window.addEventListener('paste', this.onPaste, true);
  }

  /** What was typed. */
  get text(): string {
    return this._text;
  }
  /** Whether `dispose` was called. */
  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Puts the text at the caret of that cell; false when it can't be typed in. */
  putInto(panel: NotebookPanel, id: string | null): boolean {
    const cell = panel.isDisposed ? null : panel.content.activeCell;
    const editor = cell?.model.id === id && !cell?.readOnly ? cell?.editor : null;
    if (!editor?.replaceSelection || panel.content.mode !== 'edit') {
      return false;
    }
    editor.replaceSelection(this._text);
    return true;
  }

  /** Lets keys go where they go. */
  dispose(): void {
    this._disposed = true;
    window.removeEventListener('keydown', this.onKey, true);
    window.removeEventListener('paste', this.onPaste, true);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const text = withKey(this._text, event);
    if (text !== null) {
      this._text = text;
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  private readonly onPaste = (event: ClipboardEvent): void => {
    this._text += event.clipboardData?.getData('text/plain') ?? '';
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  private _text = '';
  private _disposed = false;
}
