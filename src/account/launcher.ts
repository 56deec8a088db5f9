/**
 * A section of JupyterLab's launcher: a card for each notebook that is shared with this account.
 * @module
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ILauncher } from '@jupyterlab/launcher';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandIDs } from '../tokens.ts';
import type { SharedWithAccount } from './shared.ts';

/** Cards beyond which the panel is the better list. */
const MOST = 12;
/** Below JupyterLab's own notebooks and consoles. */
const RANK = 50;

/** Keeps the section as the list is; there is none while nothing is shared. */
export async function fillLauncher(
  app: JupyterFrontEnd,
  shared: SharedWithAccount,
  trans: TranslationBundle
): Promise<void> {
  const launcher = await launcherOf(app);
  let shown = '';
  let cards: { dispose(): void }[] = [];
  const draw = (): void => {
    const now = JSON.stringify(shared.all);
    if (!launcher || now === shown) {
      return;
    }
    shown = now;
    cards.forEach(card => card.dispose());
    const place = { category: trans.__('Shared with me'), categoryRank: RANK };
    cards = shared.all
      .slice(0, MOST)
      .map(({ url }, rank) =>
        launcher.add({ command: CommandIDs.openShared, args: { url }, rank, ...place })
      );
    if (shared.all.length > MOST) {
      const args = { launcher: true };
      cards.push(launcher.add({ command: CommandIDs.sharedWithMe, args, rank: MOST, ...place }));
    }
  };
  shared.changed.connect(draw);
  draw();
}

/** The launcher; null in front ends without one, which need not have its package either. */
async function launcherOf(app: JupyterFrontEnd): Promise<ILauncher | null> {
  try {
    const { ILauncher } = await import('@jupyterlab/launcher');
    return await app.resolveOptionalService(ILauncher);
  } catch {
    return null;
  }
}
