/**
 * Waiting with an end.
 * @module
 */

/** Waits for something, but not for ever. */
export async function atMost(milliseconds: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise(resolve => (timer = setTimeout(resolve, milliseconds)));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
