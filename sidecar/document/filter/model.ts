/**
 * An update, decoded: plain data between the stops of the filter.
 * @module
 */

/** Names one character, element or key of a document: who made it, and as the how-manieth. */
export interface Id {
  readonly client: number;
  readonly clock: number;
}

/** Kinds of shared types that a notebook is made of. */
export type TypeName = 'array' | 'map' | 'text';

/** What a struct brings. `gone` was inserted and deleted before it was sent, `gc` even lost its place. */
export type Content =
  | { readonly kind: 'gc' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly values: readonly unknown[] }
  | { readonly kind: 'type'; readonly type: TypeName };

/** Where a struct without neighbours stands: under a root by name, or in the type that an id made. */
export type ParentName = { readonly root: string } | { readonly id: Id };

/** One struct of an update. */
export interface Struct extends Id {
  readonly length: number;
  readonly origin: Id | null;
  readonly rightOrigin: Id | null;
  readonly parent: ParentName | null;
  readonly key: string | null;
  readonly content: Content;
}

/** Clocks `from` up to, not including, `to` of a client. */
export interface Range {
  readonly client: number;
  readonly from: number;
  readonly to: number;
}

/** The structs of one client, in the order of their clocks, without gaps. */
export interface Block {
  readonly client: number;
  readonly structs: readonly Struct[];
}

/** One update. The ranges are sorted and merged per client. */
export interface Update {
  readonly blocks: readonly Block[];
  readonly deletes: readonly Range[];
}

/** One past a struct's last clock. */
export function endOf(struct: Struct): number {
  return struct.clock + struct.length;
}

/** Whether a UTF-16 boundary falls between the halves of a surrogate pair: Yjs and yrs make different texts of that. */
export function splitsPair(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) {
    return false;
  }
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
