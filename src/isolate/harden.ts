/**
 * A notebook's renderers, so that what outputs bring along can't reach the page: trust never comes with the document.
 * @module
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { FramedOutput, ImageOfSvg, type IsolateOptions } from './output.ts';

type Registry = NotebookPanel['content']['rendermime'];

/** Mimetypes that run in a frame. */
const FRAMED: readonly string[] = ['text/html', 'application/javascript', 'text/javascript'];
const SVG = 'image/svg+xml';
const WIDGET = 'application/vnd.jupyter.widget-view+json';

/** Replaces the renderers of a notebook, those that come later included, for as long as `isOn` says so when an output is drawn. */
export function harden(registry: Registry, options: IsolateOptions, isOn: () => boolean): void {
  const add = registry.addFactory.bind(registry);
  for (const mimeType of [...registry.mimeTypes]) {
    const factory = registry.getFactory(mimeType);
    const rank = registry.getRank(mimeType);
    if (factory && rank !== undefined) {
      registry.removeMimeType(mimeType);
      add(hardened({ ...factory, mimeTypes: [mimeType] }, options, isOn), rank);
    }
  }
  registry.addFactory = (factory, rank) => add(hardened(factory, options, isOn), rank);
}

function hardened(
  factory: IRenderMime.IRendererFactory,
  options: IsolateOptions,
  isOn: () => boolean
): IRenderMime.IRendererFactory {
  const { mimeTypes } = factory;
  const isOurs = mimeTypes.some(type => FRAMED.includes(type) || type === SVG || type === WIDGET);
  return {
    ...factory,
    // What is shut away, or drawn from plain values by the widget manager, needs no trust to be shown.
    get safe() {
      return factory.safe || (isOurs && isOn());
    },
    createRenderer: made => {
      if (!isOn()) {
        return factory.createRenderer(made);
      }
      if (FRAMED.includes(made.mimeType)) {
        return new FramedOutput(made.mimeType, options);
      }
      return made.mimeType === SVG ? new ImageOfSvg() : untrusting(factory.createRenderer(made));
    }
  };
}

/** A renderer to which every model is untrusted: markup is sanitised, whatever the notebook says of itself (T52). */
function untrusting(renderer: IRenderMime.IRenderer): IRenderMime.IRenderer {
  const render = renderer.renderModel.bind(renderer);
  renderer.renderModel = model => render(Object.create(model, { trusted: { value: false } }) as typeof model);
  return renderer;
}
