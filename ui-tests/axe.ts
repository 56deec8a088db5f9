/**
 * The accessibility check of what is ours on a page.
 * @module
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** Fails for findings that axe calls serious or critical within the parts named; JupyterLab's own parts are its own. */
export async function expectAccessible(page: Page, ...parts: readonly string[]): Promise<void> {
  const builder = parts.reduce((axe, part) => axe.include(part), new AxeBuilder({ page }));
  const { violations } = await builder.setLegacyMode().analyze();
  const serious = violations.filter(each => each.impact === 'serious' || each.impact === 'critical');
  const told = serious.map(each => `${each.id}: ${each.nodes.map(node => node.html).join(' ')}`);
  expect(told).toEqual([]);
}
