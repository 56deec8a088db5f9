/**
 * Prometheus metrics: counts by closed sets of names only; no id, path or person is ever a label.
 * @module
 */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { RefusalCode } from '../protocol/refusals.ts';

/** Milliseconds between looks at how late the event loop is: each wakes the process, and prom-client's 10 cost more than a typist does. */
const LOOP_LOOK = 100;

/** What is counted. */
export class Metrics {
  readonly registry = new Registry();
  readonly #refusals: Counter<'code'>;
  readonly #changes: Counter<'outcome'>;
  readonly #runs: Counter<'status'>;

  /** @param sockets how many guests' sockets are open. */
  constructor(sockets: () => number) {
    const registers = [this.registry];
    collectDefaultMetrics({
      register: this.registry,
      prefix: 'liveshare_',
      eventLoopMonitoringPrecision: LOOP_LOOK
    });
    this.#refusals = new Counter({
      name: 'liveshare_refusals_total',
      help: 'Refusals by code',
      labelNames: ['code'],
      registers
    });
    this.#changes = new Counter({
      name: 'liveshare_changes_total',
      help: 'Judged updates',
      labelNames: ['outcome'],
      registers
    });
    this.#runs = new Counter({
      name: 'liveshare_runs_total',
      help: 'Ended runs',
      labelNames: ['status'],
      registers
    });
    new Gauge({
      name: 'liveshare_sockets',
      help: 'Open sockets of guests',
      registers,
      collect() {
        this.set(sockets());
      }
    });
  }

  /** Counts a refusal. */
  refused(code: RefusalCode): void {
    this.#refusals.inc({ code });
  }

  /** Counts a judged update. */
  judged(outcome: string): void {
    this.#changes.inc({ outcome });
  }

  /** Counts an ended run. */
  ran(status: string): void {
    this.#runs.inc({ status });
  }
}
