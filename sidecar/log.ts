/**
 * Structured log, one JSON object a line on stdout. Fields that could hold a secret or notebook content are removed by
 * name; addresses are logged as route patterns, never as sent.
 * @module
 */
import pino from 'pino';

/** The logger every part gets handed. */
export type Log = pino.Logger;

const HIDDEN = [
  'token',
  'authorization',
  'cookie',
  'passphrase',
  'source',
  'code',
  'url',
  'trust',
  'secret',
  'content'
];

/** A logger at a level; `destination` is for tests. */
export function makeLog(level: string, destination?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: HIDDEN.flatMap(name => [name, `*.${name}`]), remove: true },
    serializers: { err: describe, error: describe }
  };
  return destination === undefined
    ? pino(options, pino.destination({ fd: 1, sync: true }))
    : pino(options, destination);
}

/** Name, message and where: no properties, since those of network errors can hold addresses with tokens. */
function describe(error: unknown): unknown {
  return error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: 'unknown' };
}
