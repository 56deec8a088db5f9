/**
 * Pictures for people to look at, where a folder for them is named.
 * @module
 */
import type { Page } from '@playwright/test';
import { join } from 'node:path';

/** Takes one when `LIVESHARE_UI_SHOTS` names a folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['LIVESHARE_UI_SHOTS'];
  if (folder !== undefined) {
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  }
}
