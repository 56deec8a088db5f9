/**
 * Outputs without what differs from run to run: addresses, ids, times; and streams as a screen shows them, since nbclient keeps
 * every message for itself.
 * @module
 */

type Json = Record<string, unknown>;

/** Outputs that can be compared. */
export function normal(outputs: readonly Json[]): Json[] {
  const all: Json[] = [];
  for (const output of outputs) {
    const last = all.at(-1);
    if (
      output['output_type'] === 'stream' &&
      last?.['output_type'] === 'stream' &&
      last['name'] === output['name']
    ) {
      last['text'] = `${textOf(last['text'])}${textOf(output['text'])}`;
    } else {
      all.push(
        output['output_type'] === 'stream' ? { ...output, text: textOf(output['text']) } : { ...output }
      );
    }
  }
  return all
    .map(each =>
      each['output_type'] === 'stream' ? { ...each, text: screen(String(each['text'])) } : joined(each)
    )
    .map(each => JSON.parse(plain(JSON.stringify(each))) as Json);
}

/** nbformat allows a list of lines for a text of several. */
function textOf(text: unknown): string {
  return Array.isArray(text) ? text.join('') : String(text);
}

function joined(output: Json): Json {
  const data = output['data'];
  if (typeof data !== 'object' || data === null) {
    return output;
  }
  const entries = Object.entries(data).map(([type, value]) => [
    type,
    /json$/.test(type) || !Array.isArray(value) ? value : value.join('')
  ]);
  return { ...output, data: Object.fromEntries(entries) as Json };
}

/** Every line as a terminal leaves it, character by character; trailing blanks are invisible. */
function screen(text: string): string {
  const lines: string[][] = [[]];
  let column = 0;
  for (const character of text) {
    const line = lines.at(-1) ?? [];
    if (character === '\n') {
      lines.push([]);
      column = 0;
    } else if (character === '\r') {
      column = 0;
    } else if (character === '\b') {
      column = Math.max(0, column - 1);
      line.splice(column, 1);
    } else {
      line[column++] = character;
    }
  }
  return lines.map(line => line.join('').trimEnd()).join('\n');
}

function plain(json: string): string {
  return (
    json
      .replace(/0x[0-9a-f]{6,}/g, '<address>')
      .replace(/ipykernel_\d+/g, 'ipykernel')
      .replace(/\d+\.py/g, 'n.py')
      .replace(/[0-9a-f]{32}/g, '<id>')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
      .replace(/<dc:date>[^<]*/g, '<dc:date>')
      // tqdm's clock and speed.
      .replace(/\[\d\d:\d\d<[^\]]*\]/g, '[time]')
  );
}
