/**
 * The dialogs of versions: save with a message, compare, go back, remove.
 * @module
 */
import { Dialog, Notification, ReactWidget, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import type { Version, VersionSaved } from '../../protocol/versions.ts';
import { DiffText } from '../components/DiffText.tsx';
import { diffLines } from '../components/versionModel.ts';
import { messageOf } from '../problem.ts';
import type { NotebookVersions } from './notebookVersions.ts';

/** Longest message, characters; the server's bound. */
const LONGEST = 2_000;

/** A field for the message of a version. */
class MessageField extends Widget implements Dialog.IBodyWidget<string> {
  private readonly field = document.createElement('textarea');
  constructor(trans: TranslationBundle) {
    super();
    this.addClass('jp-LiveShare-messageField');
    const label = document.createElement('label');
    label.textContent = trans.__('What is in this version?');
    this.field.className = 'jp-mod-styled';
    this.field.rows = 3;
    this.field.maxLength = LONGEST;
    label.append(this.field);
    this.node.append(label);
  }
  getValue(): string {
    return this.field.value;
  }
}

/** Asks for a message and saves. */
export async function saveVersion(versions: NotebookVersions, trans: TranslationBundle): Promise<void> {
  const answer = await showDialog({
    title: trans.__('Save version'),
    body: new MessageField(trans),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Save version') })],
    focusNodeSelector: 'textarea'
  });
  if (!answer.button.accept) {
    return;
  }
  try {
    tell(await versions.save(answer.value ?? ''), trans);
  } catch (error) {
    await showErrorMessage(trans.__('The version was not saved'), messageOf(error));
  }
}

function tell(saved: VersionSaved, trans: TranslationBundle): void {
  const notes: string[] = [];
  if (saved.file === 'failed') {
    notes.push(trans.__('The file on disk could not be written.'));
  }
  if (saved.commitProblem !== null) {
    notes.push(trans.__('There is no commit: %1', saved.commitProblem));
  }
  if (saved.dropped.length > 0) {
    notes.push(trans.__('To make room, version %1 was removed.', saved.dropped.join(', ')));
  }
  const said = [trans.__('Version %1 saved.', saved.number), ...notes].join(' ');
  if (saved.file === 'failed' || saved.commitProblem !== null) {
    Notification.warning(said, { autoClose: false });
  } else {
    Notification.success(said, { autoClose: 5_000 });
  }
}

/** Shows what changed: text, never HTML. */
export async function compareVersions(
  versions: NotebookVersions,
  version: number,
  other: number | 'now',
  trans: TranslationBundle
): Promise<void> {
  try {
    const { from, to, text } = await versions.diff(version, other);
    const name = (side: number | 'now'): string =>
      side === 'now' ? trans.__('now') : trans.__('version %1', side);
    const body = ReactWidget.create(
      text === '' ? (
        <p>{trans.__('Nothing changed.')}</p>
      ) : (
        <DiffText lines={diffLines(text)} label={trans.__('Changes')} />
      )
    );
    body.addClass('jp-LiveShare-diff');
    await showDialog({
      title: trans.__('Changes from %1 to %2', name(from), name(to)),
      body,
      buttons: [Dialog.okButton({ label: trans.__('Close') })]
    });
  } catch (error) {
    await showErrorMessage(trans.__('These can’t be compared now'), messageOf(error));
  }
}

/** Asks, and brings the notebook back to a version. */
export async function goBack(
  versions: NotebookVersions,
  version: Version,
  trans: TranslationBundle
): Promise<void> {
  const answer = await showDialog({
    title: trans.__('Go back to version %1?', version.number),
    body: trans.__(
      'The notebook changes for everybody who has it open. Save a version first to keep it as it is now.'
    ),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Go back') })]
  });
  if (!answer.button.accept) {
    return;
  }
  try {
    const { changed } = await versions.restore(version.number);
    const said =
      changed === 0
        ? trans.__('The notebook is version %1 already.', version.number)
        : trans._n(
            'Back at version %2: one cell changed.',
            'Back at version %2: %1 cells changed.',
            changed,
            version.number
          );
    Notification.success(said, { autoClose: 5_000 });
  } catch (error) {
    await showErrorMessage(trans.__('The notebook stays as it is'), messageOf(error));
  }
}

/** Asks, and removes a version. */
export async function removeVersion(
  versions: NotebookVersions,
  version: Version,
  trans: TranslationBundle
): Promise<void> {
  const answer = await showDialog({
    title: trans.__('Remove version %1?', version.number),
    body: trans.__('It can’t be brought back.'),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Remove') })]
  });
  if (answer.button.accept) {
    await versions.remove(version.number);
  }
}
