/**
 * What the owner is offered when a notebook is opened: guests' work that was left unsaved, and cells that the file has otherwise. Each offer
 * stands until it is answered, and goes when there is nothing left to decide.
 * @module
 */
import { Notification } from '@jupyterlab/apputils';
import type { Share } from '../../protocol/resources.ts';
import { authors, conflictsText, isLeft } from '../components/unsavedText.ts';
import { listOf } from '../components/words.ts';
import { decideConflicts, dropUnsaved, keepUnsaved, lookAtUnsaved, type UnsavedWork } from './dialogs.tsx';

/** The offers about one share. */
export class Offers {
  private readonly work: UnsavedWork;
  constructor(work: UnsavedWork) {
    this.work = work;
  }

  /** The notebook is open: what was left is offered once each time that it is opened. */
  opened(): void {
    if (this.isOpen) {
      return;
    }
    this.isOpen = true;
    const share = this.work.share();
    if (isLeft(share)) {
      this.left = this.offerLeft(share);
    }
    this.looked();
  }

  /** The share has changed. */
  looked(): void {
    if (!this.isOpen) {
      return;
    }
    const share = this.work.share();
    if (this.left !== null && (!share.held || share.unsavedBy.length === 0)) {
      Notification.dismiss(this.left);
      this.left = null;
    }
    if (share.conflicts > 0 && this.conflicts === null) {
      this.conflicts = this.offerDecision(share);
    } else if (share.conflicts === 0 && this.conflicts !== null) {
      Notification.dismiss(this.conflicts);
      this.conflicts = null;
    }
  }

  /** The share is over, or its notebook was closed. */
  end(): void {
    this.isOpen = false;
    [this.left, this.conflicts].forEach(id => id !== null && Notification.dismiss(id));
    this.left = null;
    this.conflicts = null;
  }

  private offerLeft({ name, unsavedBy }: Share): string {
    const { trans } = this.work;
    const guests = unsavedBy.filter(({ person }) => person !== null);
    const who = listOf(authors(guests, { me: null, owner: '' }, trans), trans);
    return Notification.warning(trans.__('%1: changes by %2 were never saved.', name, who), {
      autoClose: false,
      actions: [
        { label: trans.__('Save'), displayType: 'accent', callback: () => void keepUnsaved(this.work) },
        { label: trans.__('Look…'), callback: () => void lookAtUnsaved(this.work) },
        { label: trans.__('Drop…'), displayType: 'warn', callback: () => void dropUnsaved(this.work) }
      ]
    });
  }

  private offerDecision({ conflicts, name }: Share): string {
    const { trans } = this.work;
    return Notification.warning(`${name}: ${conflictsText(conflicts, trans)}`, {
      autoClose: false,
      actions: [
        {
          label: trans.__('Decide…'),
          displayType: 'accent',
          callback: () => void decideConflicts(this.work)
        }
      ]
    });
  }

  private isOpen = false;
  private left: string | null = null;
  private conflicts: string | null = null;
}
