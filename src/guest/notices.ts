/**
 * Turns what the control socket says into banners, a fresh copy of the notebook, or the end page.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RightsNow, ServerMessage } from '../../protocol/messages.ts';
import type { Banner } from '../components/Banner.ts';
import type { EndLink } from '../components/EndPage.ts';
import { conflictsText } from '../components/unsavedText.ts';
import { saveFailureText } from '../components/words.ts';
import type { LiveStatus } from '../live.ts';
import type { GuestSession } from './session.ts';
import { changeText, refusedText } from './words.ts';

/** A short break is not worth a word; after a long one, with a network of one's own, it is the server that is away. Milliseconds. */
const PATIENCE = 1_500;
const LONG = 12_000;

/** What the notices need from the page. */
export interface NoticesOptions {
  readonly guest: GuestSession;
  readonly banner: Banner;
  /** Says that a change was not accepted. */
  readonly rejected: (cells: readonly string[], detail: string) => void;
  /** The notebook has to be loaded again. */
  readonly resync: () => void;
  /** Stops everything and shows the end page. */
  readonly end: (title: string, advice: string, link?: EndLink) => unknown;
  readonly trans: TranslationBundle;
}

/** Listens from now on. */
export function tellNotices(options: NoticesOptions): void {
  const { guest } = options;
  guest.live.message.connect((_, message) => onMessage(message, options));
  let timers: readonly number[] = [];
  guest.live.statusChanged.connect((_, status) => {
    timers.forEach(timer => window.clearTimeout(timer));
    timers = [];
    if (status.kind === 'away') {
      timers = [PATIENCE, LONG].map(after =>
        window.setTimeout(() => sayAway(after === LONG, options), after)
      );
    } else {
      onStatus(status, options);
    }
  });
  guest.askedChanged.connect((_, { refused }) => {
    const { banner, trans } = options;
    if (refused.length > 0) {
      banner.say({ text: refusedText(refused, guest.owner, trans), kind: 'info', ms: 8_000 });
    }
  });
  guest.rightsChanged.connect((_, before) => {
    if (before) {
      onRights(before, options);
    }
  });
  tellUnsaved(options);
  // The socket is older than this page's plugins: it may have ended before anybody listened.
  onStatus(guest.live.status, options);
}

/** That saving fails stays on the page until it works again: what is typed is with everybody here, but not in the file. */
function tellUnsaved({ banner, guest, trans }: NoticesOptions): void {
  let told: string | null = null;
  let undecided = 0;
  guest.live.message.connect((_, message) => {
    if (message.type === 'hello') {
      // A banner of the time before may be gone.
      told = null;
    }
    if (message.type === 'unsaved' && message.conflicts !== undecided) {
      undecided = message.conflicts;
      sayUndecided(undecided, { banner, guest, trans });
    }
    const { rights } = guest.now;
    if (message.type !== 'unsaved' || message.failure === told || !(rights.edit || rights.save)) {
      return;
    }
    told = message.failure;
    if (told === null) {
      banner.quiet('unsaved');
    } else {
      const text = `${saveFailureText(told, trans)} ${trans.__('Everybody here has your changes.')}`;
      banner.say({ text, kind: 'warn', key: 'unsaved' });
    }
  });
}

/** The file was changed too: what it has is shown, and nobody's changes are lost. */
function sayUndecided(
  count: number,
  { banner, guest, trans }: Pick<NoticesOptions, 'banner' | 'guest' | 'trans'>
): void {
  if (count > 0) {
    const who = guest.owner || trans.__('the owner');
    const text = `${conflictsText(count, trans)} ${trans.__('%1 decides what stays; nothing is lost.', who)}`;
    banner.say({ text, kind: 'warn', ms: 15_000 });
  }
}

function onMessage(message: ServerMessage, options: NoticesOptions): void {
  const { banner, trans } = options;
  if (message.type === 'removed') {
    const { owner } = options.guest;
    const who = owner || trans.__('the owner');
    if (message.reason === 'share-ended') {
      options.end(
        trans.__('%1 ended the share', owner || trans.__('The owner')),
        trans.__('Ask %1 if you need it again.', who)
      );
    } else {
      // Being removed has no sentence of its own; that a link ran out has.
      const why = message.reason === 'no-right' ? '' : `${message.detail} `;
      options.end(trans.__('Your access has ended'), why + trans.__('Ask %1 if you need it again.', who));
    }
  } else if (message.type === 'rejected') {
    options.rejected(message.cells, rejectedWhy(message, options));
    if (message.resync) {
      options.resync();
    }
  } else if (message.type === 'error' && message.cell === undefined) {
    // Of a cell that was asked for, the cell itself and `Denials.lost` speak.
    banner.say({ text: message.detail, kind: 'warn', ms: 8_000 });
  }
}

/** Why a change was not accepted: who edits the cell, when that is why. */
function rejectedWhy(message: Extract<ServerMessage, { type: 'rejected' }>, options: NoticesOptions): string {
  const [cell] = message.cells;
  const lock = message.reason === 'locked' && cell !== undefined ? options.guest.locks.other(cell) : null;
  return lock ? options.trans.__('%1 is editing it', lock.holder.name) : message.detail;
}

function onStatus(status: LiveStatus, { banner, end, guest, trans }: NoticesOptions): void {
  switch (status.kind) {
    case 'outdated':
      banner.say({
        text: trans.__('This page is out of date'),
        kind: 'info',
        key: 'outdated',
        action: { label: trans.__('Reload'), run: () => window.location.reload() }
      });
      return;
    case 'ended':
      end(
        trans.__('Your access has ended'),
        status.code === 4401
          ? trans.__('Open your link again to come back. If it doesn’t work any more, ask for a new one.')
          : trans.__('Ask %1 if you need it again.', guest.owner || trans.__('the owner'))
      );
      return;
    case 'open':
      if (banner.quiet('away')) {
        banner.say({ text: trans.__('Connected again'), kind: 'good', ms: 3_000 });
      }
      return;
    case 'away':
    case 'connecting':
  }
}

/** Trying again goes on by itself all the time. */
function sayAway(long: boolean, { banner, guest, trans }: NoticesOptions): void {
  const who = guest.owner || trans.__('The owner');
  banner.say({
    text:
      long && navigator.onLine
        ? trans.__(
            '%1’s server is away, this page will come back by itself · your last changes are kept',
            who
          )
        : trans.__('Connection lost, trying again · your last changes are kept'),
    kind: 'warn',
    key: 'away'
  });
}

function onRights(before: RightsNow, { banner, end, guest, trans }: NoticesOptions): void {
  if (before.rights.live && !guest.now.rights.live) {
    const owner = guest.owner || trans.__('the owner');
    end(
      trans.__('Your live access has ended'),
      trans.__('Ask %1 if you need it again.', owner),
      guest.now.rights.static ? { label: trans.__('Read the saved page'), href: guest.pageUrl } : undefined
    );
    return;
  }
  const text = changeText(before, guest.now, trans);
  if (text) {
    banner.say({ text, kind: 'good', ms: 5_000 });
  }
}
