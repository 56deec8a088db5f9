import { describe, expect, it } from 'vitest';
import { framePage, MAX_HEIGHT, readMessage, siblingsOf } from './page.ts';

describe('the page of a frame', () => {
  it('holds HTML as it came, behind the looks of the page', () => {
    const page = framePage({ mimeType: 'text/html', source: '<b>hi</b>' }, ':root { --a: 1; }');
    expect(page).toContain(':root { --a: 1; }');
    expect(page.endsWith('<body><b>hi</b></body></html>')).toBe(true);
  });

  it('a script can’t end its element early', () => {
    const source = 'x = "</script><img>"; y = "<!-- <script>"';
    const page = framePage({ mimeType: 'application/javascript', source }, '');
    const body = page.slice(page.indexOf('<body>'));
    expect(body.match(/<\/script>/g)).toHaveLength(2);
    expect(body).toContain('x = "<\\/script><img>"; y = "<\\!-- <script>"');
  });

  it('libraries come first, then the HTML that the script looks for, then its element', () => {
    const page = framePage(
      {
        mimeType: 'application/javascript',
        source: 'plot()',
        siblings: ['<div id="p1"></div>'],
        libraries: ['load()']
      },
      ''
    );
    const order = ['load()', 'id="p1"', 'liveshare-output"', 'plot()'].map(each => page.lastIndexOf(each));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(Math.min(...order)).toBeGreaterThan(0);
  });

  it('siblings are those of which the script names an id', () => {
    const named = '<div id="c2c53622" data-root-id="p1008"></div>';
    expect(siblingsOf('embed({"p1008": "c2c53622"})', ['<p id="other">', named, '<b>'])).toEqual([named]);
    expect(siblingsOf('embed()', ['<p id="em">'])).toEqual([]);
  });
});

describe('S11 messages of a frame', () => {
  it.each([
    [{ liveshare: 'ready', more: 1 }, { liveshare: 'ready' }],
    [{ liveshare: 'leave' }, { liveshare: 'leave' }],
    [
      { liveshare: 'size', height: 12 },
      { liveshare: 'size', height: 12 }
    ],
    [
      { liveshare: 'size', height: 1e9 },
      { liveshare: 'size', height: MAX_HEIGHT }
    ],
    [
      { liveshare: 'size', height: -5 },
      { liveshare: 'size', height: 0 }
    ],
    [
      { liveshare: 'open', href: 'https://example.org/' },
      { liveshare: 'open', href: 'https://example.org/' }
    ]
  ])('%j is read', (message, read) => {
    expect(readMessage(message)).toEqual(read);
  });

  it.each([
    null,
    'ready',
    [],
    {},
    { liveshare: 'size' },
    { liveshare: 'size', height: '12' },
    { liveshare: 'size', height: NaN },
    { liveshare: 'open', href: 'javascript:alert(1)' },
    { liveshare: 'open', href: 'data:text/html,x' },
    { liveshare: 'open', href: ['https://example.org/'] },
    { liveshare: 'constructor' }
  ])('%j is nothing', message => {
    expect(readMessage(message)).toBeNull();
  });
});
