/**
 * Themes that things which people do are tried in: both, and on CI, whose time is bounded, one. How everything looks, and whether it is
 * accessible, is checked in both everywhere (`looks`, `locks`, and the axe checks of dialog and panel).
 * @module
 */

/** By name as in our tests. */
export type Theme = 'light' | 'dark';

export const THEMES: readonly Theme[] = process.env['CI'] === undefined ? ['light', 'dark'] : ['dark'];
