import { describe, expect, it } from 'vitest';
import { makeLog } from './log.ts';

function capture(level = 'trace') {
  const lines: string[] = [];
  return { lines, log: makeLog(level, { write: (line: string) => void lines.push(line) }) };
}
const SECRET = 'eyJhbGciOiJFZERTQSJ9.secret.secret';

describe('the log', () => {
  it('is one JSON object a line, with a time and no process or host', () => {
    const { log, lines } = capture();
    log.info({ event: 'listening' }, 'ready');
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0]!) as Record<string, unknown>;
    expect(line).toMatchObject({ level: 30, event: 'listening', msg: 'ready' });
    expect(Date.parse(String(line['time']))).toBeGreaterThan(0);
    expect(Object.keys(line).sort()).toEqual(['event', 'level', 'msg', 'time']);
  });

  it.each([
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
  ])('T15: %s is never written, at the top or below', name => {
    const { log, lines } = capture();
    log.info({ [name]: SECRET, headers: { [name]: SECRET }, kept: 1 }, 'said');
    log.child({ [name]: SECRET }).warn('child');
    log.child({ request: { [name]: SECRET } }).error({ [name]: SECRET }, 'child');
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toContain('secret.secret');
    expect(JSON.parse(lines[0]!)).toMatchObject({ kept: 1 });
  });

  it('T15: errors are written without what network libraries hang onto them', () => {
    const { log, lines } = capture();
    const error = Object.assign(new Error('it broke'), {
      config: { headers: { authorization: SECRET } },
      address: `ws+unix:///x?token=${SECRET}`,
      cause: new Error(SECRET)
    });
    log.error({ err: error }, 'failed');
    log.error({ error }, 'failed');
    log.error({ err: SECRET }, 'failed');
    log.error({ err: { token: SECRET } }, 'failed');
    expect(lines.join('')).not.toContain('secret.secret');
    expect(JSON.parse(lines[0]!)).toMatchObject({ err: { name: 'Error', message: 'it broke' } });
    expect(JSON.parse(lines[2]!)).toMatchObject({ err: { name: 'unknown' } });
  });

  it('says nothing below its level', () => {
    const { log, lines } = capture('warn');
    log.info('no');
    log.warn('yes');
    expect(lines).toHaveLength(1);
  });
});
