/**
 * The owner's dialogs about unsaved work: look at it, drop it, decide where the file was changed too.
 * @module
 */
import { Dialog, ReactWidget, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Conflict, ConflictChoice, Share } from '../../protocol/resources.ts';
import { ConflictList } from '../components/ConflictList.tsx';
import { conflictLines, sidesOf } from '../components/conflictModel.ts';
import { DiffText } from '../components/DiffText.tsx';
import { authors } from '../components/unsavedText.ts';
import { diffLines, type DiffLine } from '../components/versionModel.ts';
import { listOf } from '../components/words.ts';
import { messageOf } from '../problem.ts';
import type { UnsavedApi } from './unsavedApi.ts';

/** What the dialogs work on. */
export interface UnsavedWork {
  readonly api: UnsavedApi;
  /** The share as it is now. */
  readonly share: () => Share;
  readonly cellNumber: (id: string) => number | null;
  readonly trans: TranslationBundle;
}

/** Whose it is: "Ada and you". */
function whose({ share, trans }: UnsavedWork): string {
  return listOf(authors(share().unsavedBy, { me: null, owner: '' }, trans), trans);
}

/** Writes it to the file. */
export async function keepUnsaved({ api, trans }: UnsavedWork): Promise<void> {
  try {
    await api.save();
  } catch (error) {
    await showErrorMessage(trans.__('The notebook was not saved'), messageOf(error));
  }
}

/** Shows what isn't saved, and what can be done with it. */
export async function lookAtUnsaved(work: UnsavedWork): Promise<void> {
  const { api, trans } = work;
  let text: string;
  try {
    text = await api.diff();
  } catch (error) {
    await showErrorMessage(trans.__('The changes can’t be shown now'), messageOf(error));
    return;
  }
  const body = ReactWidget.create(
    text === '' ? (
      <p>{trans.__('Nothing is unsaved any more, or nothing of it can be seen.')}</p>
    ) : (
      <DiffText lines={diffLines(text)} label={trans.__('Changes')} />
    )
  );
  body.addClass('jp-LiveShare-diff');
  const answer = await showDialog({
    title: trans.__('Unsaved changes by %1', whose(work)),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Later') }),
      ...(text === '' ? [] : [Dialog.warnButton({ label: trans.__('Drop…'), actions: ['drop'] })]),
      ...(text === '' ? [] : [Dialog.okButton({ label: trans.__('Save') })])
    ],
    focusNodeSelector: 'pre'
  });
  if (answer.button.actions.includes('drop')) {
    await dropUnsaved(work);
  } else if (answer.button.accept) {
    await keepUnsaved(work);
  }
}

/** Asks, and takes back what isn't saved. */
export async function dropUnsaved(work: UnsavedWork): Promise<void> {
  const { api, trans } = work;
  const answer = await showDialog({
    title: trans.__('Drop the unsaved changes?'),
    body: trans.__(
      'What was changed by %1 since the last save goes away for everybody. It can’t be brought back.',
      whose(work)
    ),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Drop') })]
  });
  if (!answer.button.accept) {
    return;
  }
  try {
    await api.drop();
  } catch (error) {
    await showErrorMessage(trans.__('The changes are still there'), messageOf(error));
  }
}

/** What the owner has chosen so far, with what differs as it comes in. */
class Decisions extends ReactWidget {
  readonly chosen = new Map<number, ConflictChoice>();
  private readonly work: UnsavedWork;
  private readonly conflicts: readonly Conflict[];
  constructor(work: UnsavedWork, conflicts: readonly Conflict[]) {
    super();
    this.work = work;
    this.conflicts = conflicts;
    this.addClass('jp-LiveShare-diff');
    void this.compare();
  }

  getValue(): ReadonlyMap<number, ConflictChoice> {
    return this.chosen;
  }

  protected render(): React.JSX.Element {
    const { cellNumber, trans } = this.work;
    return (
      <ConflictList
        conflicts={this.conflicts}
        diffs={this.diffs}
        chosen={this.chosen}
        cellNumber={cellNumber}
        onChoose={(conflict, choose) => {
          this.chosen.set(conflict, choose);
          this.update();
        }}
        trans={trans}
      />
    );
  }

  /** One after the other: the server compares one at a time. */
  private async compare(): Promise<void> {
    for (const conflict of this.conflicts) {
      if (this.isDisposed) {
        return;
      }
      const text = await this.work.api.conflictDiff(conflict.id).catch(() => null);
      this.diffs.set(conflict.id, text === null ? sidesOf(conflict) : conflictLines(text));
      this.update();
    }
  }

  private readonly diffs = new Map<number, readonly DiffLine[]>();
}

/** Shows each cell that was changed both here and in the file; what is chosen is done, the rest stays as it is. */
export async function decideConflicts(work: UnsavedWork): Promise<void> {
  const { api, share, trans } = work;
  try {
    const conflicts = await api.conflicts();
    const body = new Decisions(work, conflicts);
    const answer = await showDialog({
      title: trans.__('Changed here and in the file: %1', share().name),
      body,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Later') }),
        Dialog.okButton({ label: trans.__('Apply') })
      ]
    });
    if (answer.button.accept) {
      for (const [conflict, choose] of body.chosen) {
        await api.decide(conflict, choose);
      }
    }
  } catch (error) {
    await showErrorMessage(trans.__('This can’t be decided now'), messageOf(error));
  }
}
