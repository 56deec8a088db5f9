/**
 * The owner among the people whose runs are told apart.
 * @module
 */

/** Id that stands for the owner; no person's id is shaped like it. */
export const OWNER = 'owner';
/** Their color, as their control socket says it. */
export const OWNER_COLOR = '#888888';
