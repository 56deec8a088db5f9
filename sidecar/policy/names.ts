/**
 * Names that people give themselves: which may be shown, and which can be taken for one another.
 * @module
 */

/** Longest name, in code points. */
export const MAX_NAME = 100;

/**
 * Characters without a face of their own: controls, line ends, direction marks and overrides, invisible fillers, tags, private use. Joiners
 * (U+200C, U+200D) stay: some scripts and emoji are written with them.
 */
const FACELESS =
  /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Bidi_Control}\u00ad\u115f\u1160\u200b\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\uffff\u{e0000}-\u{e0fff}]|\u034f|\u17b4|\u17b5|[\u180b-\u180f]/u;
/** Marks piled on one letter beyond what a script needs run over the lines around them. */
const PILED = /\p{M}{5,}/u;
/** Something that leaves ink. */
const INK = /[\p{L}\p{N}\p{S}\p{P}]/u;

/** A name as it is kept: one line, composed, single spaces; null when it may not be shown. */
export function plainName(text: string): string | null {
  const name = text
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
  const length = [...name].length;
  const ok = length > 0 && length <= MAX_NAME && !FACELESS.test(name) && !PILED.test(name) && INK.test(name);
  return ok ? name : null;
}

/**
 * Letters of other scripts that look like Latin ones in common fonts, lower case; each even character stands for the next. From the shapes
 * of Cyrillic, Greek, Armenian and Latin's own relatives (the idea, not the table, is that of Unicode TS #39, section 4).
 */
const LOOKALIKES = new Map<string, string>(
  pairs(
    'аaбbвbгrеeёeѐeиuйuкkмmнhоoпnрpсcтtуyхxьbѕsіiїiјjћhԁdԛqԝwүyһhґrғfәeӏlԍgґrҝkҡkқkңhҳxҫcӧoөo' +
      'αaβbγyδdεeζzηnθoιiκkλlμuνvξeοoπnρpσoςcτtυuχxωwϊiϋuάaέeήnίiόoύuώw' +
      'աwգqհhոnսuօoցgյjլlզq' +
      'ıiɑaɡgɩiʏyʀrɪiʟløođdłlħhŧtŋnæaœoþpðdƒfʋuʃf'
  )
);

/** Figures and letters that differ by little in common fonts. */
const FIGURES: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'l',
  3: 'e',
  5: 's',
  8: 'b',
  '|': 'l',
  '!': 'i'
};

function pairs(text: string): [string, string][] {
  const letters = [...text];
  return letters.flatMap((letter, at): [string, string][] =>
    at % 2 === 0 ? [[letter, letters[at + 1] ?? letter]] : []
  );
}

/** What a reader in a hurry sees, the letters' case aside. */
function atAGlance(name: string): string {
  return letterByLetter(name.toLowerCase());
}

/** The same with the case kept, in which I, l and 1 are one stroke. */
function byShape(name: string): string {
  return letterByLetter(name.normalize('NFKC').replace(/[Il1|]/g, 'l'));
}

function letterByLetter(name: string): string {
  const bare = name
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/[^\p{L}\p{N}|!]/gu, '');
  return [...bare]
    .map(letter => LOOKALIKES.get(letter) ?? FIGURES[letter] ?? lookalikeCapital(letter))
    .join('');
}

/** Capitals of the other scripts, through their small letters. */
function lookalikeCapital(letter: string): string {
  const small = letter.toLowerCase();
  const like = small === letter ? undefined : LOOKALIKES.get(small);
  return like === undefined ? letter : like.toUpperCase();
}

/**
 * What readers may take a name for: two names that share one of these can be taken for one another, by case, accents, spaces, or letters
 * that look alike.
 */
export function likenesses(name: string): string[] {
  const glance = atAGlance(name);
  // Signs alone: nothing to look alike by.
  return glance === '' ? [`=${name.normalize('NFKC')}`] : [`~${glance}`, `|${byShape(name)}`];
}

/** Whether one name can be taken for the other. */
export function looksLike(a: string, b: string): boolean {
  const all = likenesses(a);
  return likenesses(b).some(each => all.includes(each));
}

const NUMBER = /\s*[([{（]\s*\p{N}+\s*[)\]}）]$/u;

/** A name as it was before it got a number: "Anna" of "Anna (2)". */
export function withoutNumber(name: string): string {
  return name.replace(NUMBER, '') || name;
}

/** "Anna (2)", for another person of that name; the name gives way where both are too long. */
export function withNumber(name: string, number: number): string {
  const tail = ` (${number})`;
  const room = MAX_NAME - tail.length;
  return [...name].slice(0, room).join('').trimEnd() + tail;
}
