/**
 * What a running cell asks for with `input()` or `getpass()`, as a dialog; closed without an answer, the cell gets an empty one.
 * @module
 */
import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ServerMessage } from '../../protocol/messages.ts';
import type { Live } from '../live.ts';

/** Asks whoever this page belongs to, whenever the sidecar says that they are asked. */
export function askForInput(live: Live, trans: TranslationBundle): void {
  // The same question comes again when the page has reconnected.
  const open = new Set<string>();
  live.message.connect((_, message) => {
    if (message.type === 'input_request' && !open.has(message.run)) {
      open.add(message.run);
      void ask(live, message, trans).finally(() => open.delete(message.run));
    }
  });
}

async function ask(
  live: Live,
  { password, person, prompt, run }: Extract<ServerMessage, { type: 'input_request' }>,
  trans: TranslationBundle
): Promise<void> {
  const options = {
    title: trans.__('A cell that %1 runs asks for input', person.name),
    label: prompt,
    okLabel: trans.__('Send')
  };
  const { value } = await (password ? InputDialog.getPassword(options) : InputDialog.getText(options));
  live.send({ type: 'input_reply', run, value: value ?? '' });
}
