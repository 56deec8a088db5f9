/**
 * The owner's calls about what isn't saved.
 * @module
 */
import type { Conflict, ConflictChoice } from '../../protocol/resources.ts';
import type { Call } from '../versions/versionApi.ts';

/** What waits for a save, or for a decision, in one share. */
export class UnsavedApi {
  private readonly call: Call;
  constructor(call: Call) {
    this.call = call;
  }

  /** Writes it to the file. */
  save(): Promise<void> {
    return this.call('save', 'POST', {});
  }
  /** Takes it back. */
  drop(): Promise<void> {
    return this.call('discard', 'POST', {});
  }
  /** It as text. */
  async diff(): Promise<string> {
    return (await this.call<{ text: string }>('unsaved/diff')).text;
  }
  /** Cells that were changed both here and in the file. */
  conflicts(): Promise<readonly Conflict[]> {
    return this.call('conflicts');
  }
  /** What the changes made here would change in such a cell as it is now. */
  async conflictDiff(conflict: number): Promise<string> {
    return (await this.call<{ text: string }>(`conflicts/${conflict}/diff`)).text;
  }
  /** Decides on a cell. */
  decide(conflict: number, choose: ConflictChoice): Promise<void> {
    return this.call(`conflicts/${conflict}`, 'POST', { choose });
  }
}
