/**
 * For tests about one shared notebook: a sidecar that closes its room soon, the notebook's room upstream, guests' copies.
 * @module
 */
import type { YNotebook } from '@jupyter/ydoc';
import { afterEach, beforeEach } from 'vitest';
import { notebook } from './fakeJupyter.ts';
import type { FakeRoom } from './fakeRoom.ts';
import { GuestDocument } from './guestDocument.ts';
import { TestApp } from './makeTestApp.ts';

const PATH = 'folder/note.ipynb';

/** The notebook, its share, and the app that shares it; new for each test of the file. */
export class SharedNotebook {
  app!: TestApp;
  share = '';
  file!: { id: string; content: Record<string, unknown> };

  /** @param sources of the cells, by id. */
  constructor(sources: Readonly<Record<string, string>>) {
    beforeEach(async () => {
      this.app = await TestApp.start({ config: { limits: { roomLinger: 0.05 } } });
      this.file = this.app.jupyter.put(PATH, notebook(sources));
      this.share = await this.app.share(PATH);
    });
    afterEach(() => this.app.close());
  }

  /** Its room upstream. */
  get room(): FakeRoom {
    return this.app.jupyter.room(PATH);
  }

  /** A guest's copy, in step with the server; `copy`: one that there is already. */
  async open(auth: Record<string, string>, copy?: YNotebook): Promise<GuestDocument> {
    const path = `s/${this.share}/api/collaboration/room/json:notebook:${this.file.id}`;
    const document = new GuestDocument(this.app.open(path, { headers: auth }), copy);
    await document.synced;
    return document;
  }
}
