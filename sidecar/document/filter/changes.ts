/**
 * What a struct does at its place, in the words of the table of rights.
 * @module
 */
import * as Y from 'yjs';
import { KERNEL_METADATA, type Act, type Brings, type Place } from '../../policy/document.ts';
import type { Struct } from './model.ts';
import { liveAt, valueOf, type SharedType } from './store.ts';
import { fitsAttachments, fitsMetadata, fitsState, isCount, isJson, shows } from './values.ts';

/** What the virtual server told clients of the kernel: writing that is harmless. */
export interface Announced {
  readonly kernelspec: unknown;
  readonly language_info: unknown;
}

/** Act and kind of content of one struct. */
export interface Change {
  readonly act: Act;
  readonly brings: Brings;
}

const UNFIT: Change = { act: 'write', brings: 'unfit' };

/** Describes a struct in a type of the document; the list of cells is judged elsewhere. */
export function describe(
  struct: Struct,
  type: SharedType,
  key: string | null,
  place: Place,
  announced: () => Announced
): Change {
  const { content } = struct;
  if (key === null) {
    const isTyping = content.kind === 'text' && type instanceof Y.Text;
    return isTyping ? { act: 'write', brings: 'fit' } : UNFIT;
  }
  if (content.kind === 'gone') {
    return { act: 'unset', brings: 'fit' };
  }
  const value = content.kind === 'json' && struct.length === 1 ? content.values[0] : undefined;
  if (value === undefined || !isJson(value)) {
    return UNFIT;
  }
  const item = liveAt(type, key);
  const now = item ? valueOf(item) : undefined;
  const same = item !== null && shows(now, value);
  const act = clears(place, value) ? 'clear' : 'write';
  return { act, brings: same ? 'same' : brought(place, value, now, announced) };
}

function clears(place: Place, value: unknown): boolean {
  if (place.at !== 'cell') {
    return false;
  }
  return (
    (place.field === 'execution_count' && value === null) ||
    (place.field === 'execution_state' && value === 'idle')
  );
}

function brought(place: Place, value: unknown, now: unknown, announced: () => Announced): Brings {
  switch (place.at) {
    case 'cell':
      return fitsField(place.field, place.key, value) ? 'fit' : 'unfit';
    case 'meta':
      return isAnnounced(place.metadata, value, announced) ? 'announced' : 'fit';
    case 'state':
      return fitsState(place.key, value, now) ? 'fit' : 'unfit';
    default:
      return 'unfit';
  }
}

function fitsField(field: string, key: string | null, value: unknown): boolean {
  switch (field) {
    case 'attachments':
      return fitsAttachments(value);
    case 'metadata':
      return key !== null && fitsMetadata(key, value);
    case 'execution_count':
      return isCount(value);
    default:
      return typeof value === 'string';
  }
}

function isAnnounced(key: string | null, value: unknown, announced: () => Announced): boolean {
  if (key === null || !KERNEL_METADATA.includes(key)) {
    return false;
  }
  const told = announced();
  return shows(key === 'kernelspec' ? told.kernelspec : told.language_info, value);
}
