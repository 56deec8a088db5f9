import { expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

it('counts refusals, judged updates and runs by closed sets of names, and the open sockets', async () => {
  let open = 3;
  const metrics = new Metrics(() => open);
  metrics.refused('no-right');
  metrics.refused('no-right');
  metrics.refused('too-fast');
  metrics.judged('partial');
  metrics.ran('error');
  const text = await metrics.registry.metrics();
  expect(text).toContain('liveshare_refusals_total{code="no-right"} 2');
  expect(text).toContain('liveshare_refusals_total{code="too-fast"} 1');
  expect(text).toContain('liveshare_changes_total{outcome="partial"} 1');
  expect(text).toContain('liveshare_runs_total{status="error"} 1');
  expect(text).toContain('liveshare_sockets 3');
  open = 0;
  expect(await metrics.registry.metrics()).toContain('liveshare_sockets 0');
});

it('two of them share nothing', async () => {
  const [first, second] = [new Metrics(() => 0), new Metrics(() => 0)];
  first.refused('no-right');
  expect(await second.registry.metrics()).not.toContain('no-right');
});
