/**
 * The Jupyter Server's nbconvert.
 * @module
 */
import { Refusal } from '../policy/verdict.ts';
import type { Jupyter } from './jupyter.ts';

/** Renders a notebook (nbformat JSON) as one HTML page. */
export async function toHtml(jupyter: Jupyter, name: string, content: unknown): Promise<string> {
  const body = { name, path: '', type: 'notebook', format: 'json', content };
  const page = await jupyter.call(['nbconvert', 'html'], { method: 'POST', body, timeout: 120_000 });
  if (page.status !== 200) {
    throw new Refusal('upstream-away', `The page could not be made (nbconvert answered ${page.status}).`);
  }
  return page.body.toString('utf8');
}
