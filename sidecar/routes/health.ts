/**
 * Liveness and metrics.
 * @module
 */
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { define, type App, type RouteContext } from './define.ts';

/** Declares the routes. */
export function healthRoutes(app: App, context: RouteContext, metrics: Registry): void {
  define(app, context, {
    method: 'get',
    path: '/healthz',
    demand: { who: 'anyone' },
    summary: 'Liveness',
    answers: { schema: z.object({ status: z.literal('ok') }) },
    handle: ({ c }) => c.json({ status: 'ok' as const })
  });
  define(app, context, {
    method: 'get',
    path: '/metrics',
    demand: { who: 'owner' },
    summary: 'Metrics in the Prometheus text format',
    handle: async ({ c }) => c.text(await metrics.metrics(), 200, { 'content-type': metrics.contentType })
  });
}
