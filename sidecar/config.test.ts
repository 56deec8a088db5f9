import { describe, expect, it } from 'vitest';
import { startUpLine } from './testing/limits.ts';
import { ConfigError, parseConfig } from './config.ts';

const parse = (change: Record<string, unknown> = {}) => parseConfig(JSON.stringify(startUpLine(change)));
const message = (line: string): string => {
  try {
    parseConfig(line);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
};

describe('the start-up line', () => {
  it('has a safe default for everything that is not said', () => {
    const config = parse();
    expect(config).toMatchObject({
      publicUrl: null,
      extensions: [],
      allowOrigin: '',
      guestPort: null,
      logLevel: 'info',
      limits: { frameBytes: 16 * 1024 * 1024, bodyBytes: 1024 * 1024, saveWithin: 4, roomLinger: 10 }
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('one limit can be set without the others', () => {
    expect(parse({ limits: { roomLinger: 0 } }).limits).toEqual({ ...parse().limits, roomLinger: 0 });
  });

  it('the Jupyter Server is reached by socket or port, one of them at least', () => {
    const upstream = { baseUrl: '/', token: 't' };
    expect(parse({ upstream: { ...upstream, port: 8888 } }).upstream.port).toBe(8888);
    expect(message(JSON.stringify(startUpLine({ upstream })))).toContain('upstream');
  });

  it.each([
    ['trust', 'too-short-secret'.slice(0, 15)],
    ['trust', 5],
    ['stateDir', null],
    ['baseUrl', 'no-slash-secret'],
    ['publicUrl', 'not-a-url-secret'],
    ['upstream', { socket: '/x', baseUrl: '/', token: '' }],
    ['upstream', 'secret'],
    ['staticDirs', { lab: 1 }],
    ['extensions', 'secret'],
    ['guestPort', 1.5],
    ['limits', { frameBytes: -1 }],
    ['limits', { framesPerSecond: 'secret' }],
    ['logLevel', 'secret']
  ])('T95: a wrong %s is named, its value %j is not', (field, value) => {
    const said = message(JSON.stringify(startUpLine({ [field]: value })));
    expect(said).toContain(field);
    expect(said).not.toContain('secret');
    expect(said).not.toContain('a-secret-of-sixteen');
  });

  it.each(['', '{', 'token-secret', '[1', '"secret"', '5', 'null'])('%j is no start-up line', line => {
    const said = message(line);
    expect(said).not.toBe('');
    expect(said).not.toContain('secret');
  });

  it('every wrong field is named at once', () => {
    const said = message(
      JSON.stringify(startUpLine({ trust: 1, baseUrl: 2, upstream: { baseUrl: '/', token: 3 } }))
    );
    for (const field of ['trust', 'baseUrl', 'upstream.token']) {
      expect(said).toContain(field);
    }
  });
});
