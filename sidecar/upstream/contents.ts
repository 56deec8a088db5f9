/**
 * The Jupyter Server's contents, file ids and checkpoints.
 * Source: Jupyter Server REST API, `contents`; jupyter_server_fileid.
 * @module
 */
import { z } from 'zod';
import { Refusal } from '../policy/verdict.ts';
import type { Jupyter } from './jupyter.ts';

const Model = z.object({
  name: z.string(),
  path: z.string(),
  type: z.string(),
  format: z.string().nullable(),
  writable: z.boolean().nullable().optional(),
  created: z.string().nullable(),
  last_modified: z.string().nullable(),
  size: z.number().nullable().optional(),
  content: z.unknown()
});

/** A file as the contents API describes it. */
export type ContentsModel = z.infer<typeof Model>;

/** The owner's files; always by a path of our own records. */
export class Contents {
  readonly #jupyter: Jupyter;

  constructor(jupyter: Jupyter) {
    this.#jupyter = jupyter;
  }

  /** A notebook's model, with its content (nbformat JSON) if asked for. */
  async notebook(path: string, content: boolean): Promise<ContentsModel> {
    const query = { type: 'notebook', content: content ? '1' : '0' };
    const found = Model.safeParse(await this.#jupyter.get(['api', 'contents', ...segments(path)], { query }));
    if (!found.success) {
      throw new Refusal(
        'upstream-away',
        'The Jupyter Server described the notebook in a way that is not known.'
      );
    }
    return found.data;
  }

  /** Makes the file's checkpoint. */
  async checkpoint(path: string): Promise<void> {
    await this.#jupyter.get(['api', 'contents', ...segments(path), 'checkpoints'], { method: 'POST' });
  }

  /** Id of a file; indexes it when it is new. */
  async fileId(path: string): Promise<string> {
    const session = await this.#jupyter.get(['api', 'collaboration', 'session', ...segments(path)], {
      method: 'PUT',
      body: { format: 'json', type: 'notebook' }
    });
    return z.object({ fileId: z.string() }).parse(session).fileId;
  }

  /** Where the file of an id is now; null when it is gone. */
  async pathOf(file: string): Promise<string | null> {
    const found = await this.#jupyter.call(['liveshare', 'internal', 'files', file]);
    const parsed = z.object({ path: z.string() }).safeParse(found.json());
    return found.status === 200 && parsed.success ? parsed.data.path.replace(/^\/+/, '') : null;
  }
}

/** Segments of a path of the contents API. */
export function segments(path: string): string[] {
  return path.split('/').filter(part => part !== '');
}
