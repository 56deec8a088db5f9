/**
 * A speech bubble.
 * @module
 */
import { LabIcon } from '@jupyterlab/ui-components';

/** Drawn for this extension, on JupyterLab's 16-unit grid. */
export const commentIcon = new LabIcon({
  name: 'liveshare:comment',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><path class="jp-icon3" fill="#616161" ' +
    'd="M3 2h10a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 13 12H8l-3.5 3v-3H3a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 3 2z"/></svg>'
});
