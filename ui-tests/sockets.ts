/**
 * A guest's sockets, to be cut and let through again as a bad network does.
 * @module
 */
import type { Page, WebSocketRoute } from '@playwright/test';

/** Stands between a page and its sockets from the next navigation on. */
export class Sockets {
  readonly #open = new Set<{ readonly page: WebSocketRoute; readonly server: WebSocketRoute }>();
  #cut = false;

  private constructor() {
    /* made by `of` */
  }

  static async of(page: Page): Promise<Sockets> {
    const sockets = new Sockets();
    await page.routeWebSocket(/\/liveshare\/s\//, route => sockets.#onSocket(route));
    return sockets;
  }

  /** Everything open ends, and nothing new comes through. */
  async cut(): Promise<void> {
    this.#cut = true;
    await this.#end(() => true, 4000);
  }

  /** New sockets come through. */
  mend(): void {
    this.#cut = false;
  }

  /** The notebook's own socket ends with that code, as if the server had said so. */
  async endRoom(code: number): Promise<void> {
    await this.#end(url => /%3Anotebook%3A|:notebook:/i.test(url), code);
  }

  async #end(which: (url: string) => boolean, code: number): Promise<void> {
    for (const each of [...this.#open].filter(({ page }) => which(page.url()))) {
      this.#open.delete(each);
      await Promise.all([each.page.close({ code }), each.server.close()]);
    }
  }

  #onSocket(page: WebSocketRoute): void {
    if (this.#cut) {
      void page.close({ code: 4000 });
      return;
    }
    const both = { page, server: page.connectToServer() };
    this.#open.add(both);
  }
}
