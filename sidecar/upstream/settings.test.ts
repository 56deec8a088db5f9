import { describe, expect, it, vi } from 'vitest';
import { makeLog } from '../log.ts';
import type { Jupyter } from './jupyter.ts';
import { LabSettings } from './settings.ts';

describe("the owner's JupyterLab settings", () => {
  it('are read in the background, again after a while, and kept when the server is away or says something odd', async () => {
    vi.useFakeTimers();
    const answers: unknown[] = [
      { settings: { recordTiming: true } },
      { settings: { recordTiming: 'yes' } },
      new Error('away'),
      { settings: {} }
    ];
    const asked: unknown[] = [];
    const call = (path: unknown) => {
      asked.push(path);
      const answer = answers.shift();
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve({ status: 200, json: () => answer });
    };
    const settings = new LabSettings(
      { call } as unknown as Jupyter,
      makeLog('silent', { write: () => undefined })
    );
    const look = async () => {
      vi.advanceTimersByTime(31_000);
      void settings.recordTiming;
      await Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => Promise.resolve());
      return settings.recordTiming;
    };
    expect(settings.recordTiming).toBe(false);
    expect([await look(), await look(), await look()]).toEqual([true, true, false]);
    expect(asked[0]).toEqual(['lab', 'api', 'settings', '@jupyterlab', 'notebook-extension:tracker']);
    vi.useRealTimers();
  });
});
