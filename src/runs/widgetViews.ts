/**
 * Widgets in outputs that come with the document. JupyterLab shows an output when the kernel's messages before it have been dealt with;
 * the document's have no such order, and ipywidgets, which knows the widget a moment later, would say "model not found" for good.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

const WIDGET = 'application/vnd.jupyter.widget-view+json';
/** Milliseconds for which the kernel's word is waited for, and between two looks. */
const PATIENCE = 10_000;
const LOOK_AGAIN = 50;

/** Lets the renderers of a notebook's widgets, those that come later included, wait for the widget, for as long as `isOn` says so. */
export function awaitWidgets({ content, sessionContext }: NotebookPanel, isOn: () => boolean): void {
  const { rendermime } = content;
  const add = rendermime.addFactory.bind(rendermime);
  const known = (id: string): boolean => sessionContext.session?.kernel?.hasComm(id) ?? false;
  const patient = (factory: IRenderMime.IRendererFactory): IRenderMime.IRendererFactory =>
    factory.mimeTypes.includes(WIDGET)
      ? {
          ...factory,
          createRenderer: made =>
            isOn() ? waiting(factory.createRenderer(made), known) : factory.createRenderer(made)
        }
      : factory;
  const factory = rendermime.getFactory(WIDGET);
  const rank = rendermime.getRank(WIDGET);
  if (factory && rank !== undefined) {
    rendermime.removeMimeType(WIDGET);
    add(patient({ ...factory, mimeTypes: [WIDGET] }), rank);
  }
  rendermime.addFactory = (later, at) => add(patient(later), at);
}

function waiting(renderer: IRenderMime.IRenderer, known: (id: string) => boolean): IRenderMime.IRenderer {
  const render = renderer.renderModel.bind(renderer);
  renderer.renderModel = async model => {
    const view = model.data[WIDGET] as { model_id?: unknown } | undefined;
    const id = typeof view?.model_id === 'string' ? view.model_id : '';
    const until = Date.now() + PATIENCE;
    while (!known(id) && Date.now() < until && !renderer.isDisposed) {
      await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN));
    }
    if (!renderer.isDisposed) {
      await render(model);
    }
  };
  return renderer;
}
