/**
 * Who hears a kernel, and what of it.
 * @module
 */
import type { KernelMessage } from '../../protocol/kernel.ts';
import type { Shown } from './disguise.ts';
import type { Asked } from './requests.ts';

/** An IOPub message on its way to the guests. */
export interface Heard {
  /** As everybody may see it. */
  readonly shown: Shown;
  /** As the kernel sent it. */
  readonly original: KernelMessage;
  /** The cell it belongs to, or null. */
  readonly cell: string | null;
  /** Who asked for it, and hears of it under their own request. */
  readonly asked: Asked<KernelMember> | null;
}

/** A guest's kernel socket, as the room sees it. */
export interface KernelMember {
  hear(heard: Heard): void;
}
