/**
 * Completion, inspection and "is this complete": what of a guest's question is put to the kernel, and what of its answer comes back.
 * Source: Jupyter messaging 5.4; ipykernel's `_jupyter_types_experimental`.
 * @module
 */
import { z } from 'zod';
import { Refusal } from '../policy/verdict.ts';
import type { ReplyContent } from './requests.ts';
import { isRecord } from '../../protocol/json.ts';

/** Characters of code in a question. */
const MAX_CODE = 200_000;
/** Completions in an answer. */
const MAX_MATCHES = 2_000;

const code = z.string().max(MAX_CODE);
const position = z.number().int().min(0).max(MAX_CODE);
const QUESTIONS: Readonly<Record<string, z.ZodType<ReplyContent>>> = {
  complete_request: z.object({ code, cursor_pos: position }),
  inspect_request: z.object({
    code,
    cursor_pos: position,
    detail_level: z.union([z.literal(0), z.literal(1)]).default(0)
  }),
  is_complete_request: z.object({ code })
};

/** The question in our own words; refuses what isn't one. */
export function askOf(type: string, content: ReplyContent): ReplyContent {
  const parsed = QUESTIONS[type]?.safeParse(content);
  if (parsed?.success !== true) {
    throw new Refusal('bad-request');
  }
  return parsed.data;
}

const Match = z.object({ text: z.string(), type: z.string() }).loose();

/** The answer; names of files are left out of completions unless the owner has ticked them (T66). */
export function replyOf(type: string, content: ReplyContent, files: boolean): ReplyContent {
  if (type !== 'complete_request' || content['status'] !== 'ok') {
    return content;
  }
  const { metadata, matches, cursor_start, cursor_end } = content;
  const types = isRecord(metadata) ? metadata['_jupyter_types_experimental'] : undefined;
  const told = z.array(Match).safeParse(types);
  const known = told.success ? told.data : [];
  const paths = new Set(known.filter(each => each.type === 'path').map(each => each.text));
  // No name in a language has a slash in it: that is a file too.
  const shown = (text: unknown) => files || !(paths.has(String(text)) || String(text).includes('/'));
  return {
    status: 'ok',
    matches: (Array.isArray(matches) ? matches : []).filter(shown).slice(0, MAX_MATCHES) as unknown[],
    cursor_start,
    cursor_end,
    metadata: told.success
      ? { _jupyter_types_experimental: known.filter(each => shown(each.text)).slice(0, MAX_MATCHES) }
      : {}
  };
}
