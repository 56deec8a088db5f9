/**
 * Renderers for what an output brings along: HTML and scripts in a frame, SVG as an image.
 * @module
 */
import { OutputArea } from '@jupyterlab/outputarea';
import type { Notebook } from '@jupyterlab/notebook';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { Cell } from '@jupyterlab/cells';
import { OutputFrame } from './frame.ts';
import { isScript, siblingsOf, type FrameContent } from './page.ts';

/** What renderers need. */
export interface IsolateOptions {
  /** Where the frame's document is. */
  readonly frame: string;
  /** Emits when the page has another theme. */
  readonly onTheme: (listener: () => void) => () => void;
  readonly trans: TranslationBundle;
}

/** Bokeh's own mark on the output that loads its library for the outputs after it. */
const LOADS_LIBRARY = 'application/vnd.bokehjs_load.v0+json';

/** An output in a frame of its own. */
export class FramedOutput extends Widget implements IRenderMime.IRenderer {
  private readonly mimeType: string;
  private readonly options: IsolateOptions;
  private readonly frame: OutputFrame;

  constructor(mimeType: string, options: IsolateOptions) {
    super();
    this.mimeType = mimeType;
    this.options = options;
    this.node.dataset['mimeType'] = mimeType;
    this.addClass('jp-LiveShare-framed');
    this.frame = new OutputFrame({
      url: options.frame,
      title: options.trans.__('Output'),
      content: () => this.content(),
      left: () => (this.cell()?.node ?? this.node).focus()
    });
    this.node.append(this.frame.node);
  }

  /** Takes what to show; it is drawn when it comes near the screen. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[this.mimeType];
    const source = textOf(data);
    const isNew = source !== this.source;
    this.source = source;
    if (isNew) {
      this.frame.refresh();
    }
    return Promise.resolve();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.frame.attach();
    this.stop = this.options.onTheme(() => this.frame.restyle());
  }

  protected override onBeforeDetach(message: Message): void {
    this.stop();
    this.frame.detach();
    super.onBeforeDetach(message);
  }

  private content(): FrameContent {
    const { mimeType, source } = this;
    if (!isScript(mimeType)) {
      return { mimeType, source };
    }
    return {
      mimeType,
      source,
      siblings: siblingsOf(source, this.earlierHtml()),
      libraries: this.libraries()
    };
  }

  /** HTML of the outputs before this one in its cell. */
  private earlierHtml(): string[] {
    const area = ancestor(this, OutputArea);
    const own = area?.widgets.findIndex(each => each.contains(this)) ?? -1;
    const texts: string[] = [];
    for (let index = 0; area && index < own; index++) {
      const html = area.model.get(index).data['text/html'];
      if (html !== undefined) {
        texts.push(textOf(html));
      }
    }
    return texts;
  }

  /** The script of the nearest output before this cell that loads a library. */
  private libraries(): string[] {
    const cell = this.cell();
    const notebook = cell?.parent as Notebook | null | undefined;
    const cells = notebook?.model?.sharedModel.cells ?? [];
    const own = cells.findIndex(each => each.id === cell?.model.id);
    for (const each of cells.slice(0, own + 1).reverse()) {
      const outputs = each.cell_type === 'code' ? each.toJSON().outputs : undefined;
      for (const output of Array.isArray(outputs) ? outputs : []) {
        const data = (output as { data?: Readonly<Record<string, unknown>> }).data ?? {};
        if (LOADS_LIBRARY in data) {
          const text = data['application/javascript'] ?? data[LOADS_LIBRARY];
          return [textOf(text)];
        }
      }
    }
    return [];
  }

  private cell(): Cell | null {
    return ancestor(this, Cell);
  }

  private source = '';
  private stop: () => void = () => undefined;
}

/** An SVG as an image: browsers run no script in one, and load nothing from elsewhere. */
export class ImageOfSvg extends Widget implements IRenderMime.IRenderer {
  constructor() {
    super();
    this.node.dataset['mimeType'] = 'image/svg+xml';
    this.addClass('jp-RenderedSVG');
  }

  /** Shows an SVG. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data['image/svg+xml'];
    const source = textOf(data);
    const image = new Image();
    const isNamed = /<svg[^>]+xmlns=/.test(source);
    const whole = isNamed ? source : source.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
    image.src = `data:image/svg+xml,${encodeURIComponent(whole)}`;
    image.alt = '';
    this.node.replaceChildren(image);
    return Promise.resolve();
  }
}

/** A text of a mimebundle, which nbformat may keep in lines. */
function textOf(text: unknown): string {
  return Array.isArray(text) ? text.join('') : String(text);
}

function ancestor<T extends Widget>(widget: Widget, kind: abstract new (...args: never[]) => T): T | null {
  for (let each = widget.parent; each; each = each.parent) {
    if (each instanceof kind) {
      return each;
    }
  }
  return null;
}
