/**
 * Puts a link on the clipboard and says so.
 * @module
 */
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

/** Copies; where the browser wants a click of its own for it, the toast offers one. */
export async function copyLink(url: string, said: string, trans: TranslationBundle): Promise<void> {
  if (await toClipboard(url)) {
    Notification.success(said, { autoClose: 5000 });
    return;
  }
  Notification.info(trans.__('The link is ready.'), {
    autoClose: false,
    actions: [
      { label: trans.__('Copy link'), displayType: 'accent', callback: () => Clipboard.copyToSystem(url) }
    ]
  });
}

async function toClipboard(text: string): Promise<boolean> {
  if (!window.isSecureContext || !navigator.clipboard) {
    return fallback(text);
  }
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return fallback(text);
  }
}

/** For pages without a secure context: works while the click that led here still counts. */
function fallback(text: string): boolean {
  if (!navigator.userActivation?.isActive) {
    return false;
  }
  Clipboard.copyToSystem(text);
  return true;
}
