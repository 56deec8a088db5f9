/**
 * What guests may know about the kernel: its info, in the notebook's own words, so that front ends write nothing new into
 * the document (facts.md).
 * @module
 */
import { isRecord } from '../../protocol/json.ts';

/** The kernel as guests see it: ids of our own. */
export interface VirtualKernel {
  readonly session: string;
  readonly kernel: string;
  readonly name: string;
  readonly state: string;
}

type Metadata = (key: string) => unknown;

/** Content of `kernel_info_reply`, with the notebook's own `language_info` where it has one; `info` null: not known yet. */
export function ownInfo(
  info: Readonly<Record<string, unknown>> | null,
  metadata: Metadata
): Readonly<Record<string, unknown>> {
  const own = metadata('language_info');
  const known = info ?? {
    status: 'ok',
    protocol_version: '5.4',
    implementation: '',
    implementation_version: ''
  };
  const language = isRecord(own) && own['name'] !== '' ? own : known['language_info'];
  return {
    ...known,
    language_info: language ?? { name: '' },
    banner: '',
    help_links: [],
    debugger: false,
    supported_features: []
  };
}
