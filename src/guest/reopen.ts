/**
 * Loads the notebook again without loading the page: the old copy is thrown away, nothing of it is sent. A picture of it stays in front
 * until the new one is in place, so that the page doesn't go blank.
 * @module
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { NotebookPanel } from '@jupyterlab/notebook';
import { Meanwhile } from './meanwhile.ts';
import { goTo, placeIn } from './place.ts';

/** A new copy that takes longer than this is shown as it is; milliseconds. */
const PICTURE = 8_000;

/**
 * Disposes the notebook and opens it again where the reader was. What they typed meanwhile is put at their caret, or given to `lost` with
 * the id of the cell where that can't be. The new notebook.
 */
export async function reopen(
  documents: IDocumentManager,
  panel: NotebookPanel,
  lost: (cell: string, text: string) => void
): Promise<NotebookPanel> {
  const { path } = panel.context;
  const place = placeIn(panel);
  const typing = place.caret !== null && place.focused ? new Meanwhile() : null;
  const picture = showPicture(panel.node);
  const timer = window.setTimeout(() => picture.remove(), PICTURE);
  try {
    // Without asking: what could be saved was refused.
    panel.dispose();
    // Jupyter Notebook opens in a new tab of the browser what has a place to stand beside.
    const fresh = documents.open(path, 'Notebook', undefined, { ref: '_noref' });
    if (!(fresh instanceof NotebookPanel)) {
      throw new Error(`No notebook at ${path}`);
    }
    await fresh.context.ready;
    await fresh.revealed;
    await goTo(fresh, place);
    typing?.dispose();
    if (typing?.text && !typing.putInto(fresh, place.active)) {
      lost(place.active ?? '', typing.text);
    }
    return fresh;
  } finally {
    typing?.dispose();
    window.clearTimeout(timer);
    picture.remove();
  }
}

/** Puts a copy of what is shown in front of it; nothing in it can be reached. */
function showPicture(node: HTMLElement): HTMLElement {
  const picture = document.createElement('div');
  const copy = node.cloneNode(true) as HTMLElement;
  const { height, left, top, width } = node.getBoundingClientRect();
  picture.className = 'jp-LiveShare-picture jp-ThemedContainer';
  picture.inert = true;
  picture.setAttribute('aria-hidden', 'true');
  Object.assign(picture.style, {
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`
  });
  // The place in the main area comes with the panel's own style.
  copy.removeAttribute('style');
  picture.append(copy);
  const originals = node.querySelectorAll('*');
  const scrolled: (() => void)[] = [];
  copy.querySelectorAll('*').forEach((twin, index) => {
    const original = originals[index];
    twin.removeAttribute('id');
    if (original && (original.scrollTop > 0 || original.scrollLeft > 0)) {
      scrolled.push(() => twin.scrollTo(original.scrollLeft, original.scrollTop));
    }
    if (original instanceof HTMLCanvasElement && twin instanceof HTMLCanvasElement) {
      twin.getContext('2d')?.drawImage(original, 0, 0);
    }
  });
  copy.removeAttribute('id');
  document.body.append(picture);
  scrolled.forEach(scroll => scroll());
  return picture;
}
