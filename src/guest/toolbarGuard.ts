/**
 * The notebook toolbar's items that are no commands: save button, cell type, kernel name.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Need } from './needs.ts';

const ITEMS: Readonly<Record<string, Need>> = { save: 'save', cellType: 'structure', kernelName: 'owner' };

/** Disables them with the reason on hover; returns what to call after the rights changed. */
export function guardToolbar(
  panel: NotebookPanel,
  missing: (need: Need) => boolean,
  reason: (need: Need) => string
): () => void {
  const apply = (): void => {
    for (const [name, need] of Object.entries(ITEMS)) {
      const item = panel.toolbar.node.querySelector<HTMLElement>(`[data-jp-item-name="${name}"]`);
      if (item) {
        const refused = missing(need);
        item.title = refused ? reason(need) : '';
        item.classList.toggle('jp-LiveShare-mod-refused', refused);
        item.querySelectorAll('jp-button, button, select').forEach(control => {
          control.toggleAttribute('disabled', refused);
          control.setAttribute('aria-disabled', String(refused));
        });
      }
    }
  };
  // Items render later than they are added, and move to a pop-up when there is little room.
  const observer = new MutationObserver(apply);
  observer.observe(panel.toolbar.node, { childList: true, subtree: true });
  panel.disposed.connect(() => observer.disconnect());
  apply();
  return apply;
}
