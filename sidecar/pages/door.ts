/**
 * The guest's first page. It is the same for every share and token and says nothing by itself: its script takes the token
 * out of the address, asks what it opens, and comes in by POST (a mail scanner's GET uses nothing up).
 * @module
 */
import type { HtmlEscapedString } from 'hono/utils/html';
import { html, raw } from './html.ts';

/**
 * Whether logging in may help: `none`: nobody has an account of their own here, or it can't be reached; `in`: they are logged in
 * already, and stand here all the same.
 */
export type DoorLogin = 'none' | 'offer' | 'in';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6470; --paper: #fff; --ground: #f3f4f6; --line: #d4d8de; --accent: #1565c0; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a5adb8; --paper: #24272c; --ground: #17191c; --line: #454a52; --accent: #6ea8fe; --bad: #f2b8b5; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: min(30rem, calc(100vw - 2rem)); padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 10px; }
h1 { margin: 0 0 .25rem; font-size: 1.4rem; overflow-wrap: anywhere; }
p { margin: .25rem 0 1rem; color: var(--soft); }
label { display: block; margin: 0 0 .25rem; font-weight: 600; }
input { width: 100%; margin: 0 0 1rem; padding: .6rem .7rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--soft); border-radius: 6px; }
button { width: 100%; padding: .7rem; font: inherit; font-weight: 600; color: #fff; background: #1565c0; border: 0; border-radius: 6px; cursor: pointer; }
button:disabled { opacity: .6; cursor: default; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@keyframes beat { 50% { opacity: .25; } }
.dots::before { content: '\\25CF'; color: var(--accent); animation: beat 1.6s ease-in-out infinite; }
@media (prefers-reduced-motion: reduce) { .dots::before { animation: none; } }
#account { margin: 1rem 0 0; }
a { color: var(--accent); }
#can { margin: 1rem 0 0; font-size: .95rem; }
#problem { color: var(--bad); font-weight: 600; }
[hidden] { display: none !important; }
`;

const SCRIPT = `
const base = location.pathname.replace(/\\/+$/, '') + '/';
const token = location.hash.slice(1);
history.replaceState(null, '', location.pathname);
const el = id => document.getElementById(id);
const login = document.querySelector('main').dataset.login;
// Jupyter's own login, on the way back to this very share.
el('login').href = base.replace(/s\\/([^/]+)\\/$/, 'login?share=$1');
// Whoever is logged in without the login's cookie for scripts gets it there, without being asked; once, lest it go in circles.
const justLoggedIn = () => {
  const at = 'liveshare-login:' + base;
  const last = Number(sessionStorage.getItem(at));
  sessionStorage.setItem(at, String(Date.now()));
  return Date.now() - last < 30000;
};
const offerLogin = () => { el('account').hidden = login !== 'offer'; };
const call = async (path, body) => {
  // JupyterHub believes a login's cookie only beside this one, which no other page can read.
  const xsrf = /(?:^|; )_xsrf=([^;]*)/.exec(document.cookie);
  const headers = xsrf === null ? {} : { 'X-XSRFToken': xsrf[1] };
  const answer = await fetch(base + 'api/liveshare/' + path, body === undefined
    ? { credentials: 'same-origin', headers }
    : { method: 'POST', credentials: 'same-origin', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const data = await answer.json().catch(() => ({}));
  return { ok: answer.ok, type: data.type, detail: data.detail || 'The server does not answer. Try again in a moment.', data };
};
const say = (title, lead) => { el('title').textContent = title; document.title = title; el('lead').textContent = lead; };
const problem = text => { el('problem').textContent = text; el('problem').hidden = text === ''; };
const can = (rights, cells) => {
  const words = [];
  if (rights.edit) words.push(cells === 'all' ? 'edit' : 'edit some of the cells');
  if (rights.execute) words.push('run cells');
  if (rights.save) words.push('save');
  if (words.length === 0 && rights.live) return 'You will see the notebook as it changes.';
  if (words.length === 0 && rights.static) return 'You will read the saved notebook.';
  if (words.length === 0) return 'You have not been given any right yet.';
  const last = words.pop();
  return 'You will see the notebook as it changes, and you can ' + (words.length ? words.join(', ') + ' and ' : '') + last + '.';
};
const enter = next => location.replace(base + next);
const away = (title, lead) => { el('form').hidden = true; el('waiting').hidden = true; el('account').hidden = true; el('can').textContent = ''; say(title, lead); };
// Waits for the owner's word on the control socket; whatever it says, the server is asked what holds.
const wait = (me, attempt) => {
  el('form').hidden = true;
  el('account').hidden = true;
  el('can').textContent = '';
  el('waiting').hidden = false;
  say(me.share.name, 'Waiting for ' + me.share.owner + ' to let you in');
  const socket = new WebSocket(base.replace(/^/, location.origin.replace(/^http/, 'ws')) + 'api/liveshare/control');
  let beat;
  socket.onopen = () => { attempt = 0; beat = setInterval(() => socket.send('{"type":"heartbeat"}'), 10000); };
  socket.onmessage = event => {
    const message = JSON.parse(event.data);
    if (message.type === 'rights') { socket.onclose = null; socket.close(); clearInterval(beat); look(me); }
  };
  socket.onclose = () => { clearInterval(beat); setTimeout(() => look(me, attempt + 1), Math.min(15000, 500 * 2 ** attempt) * (0.75 + Math.random() / 2)); };
};
const look = async (me, attempt) => {
  const mine = await call('me').catch(() => null);
  if (mine === null || (!mine.ok && mine.type === undefined)) return wait(me, attempt || 1);
  if (mine.ok) return settle(mine.data, mine.data.next, attempt);
  away(mine.type === 'liveshare:no-session' ? me.share.owner + ' did not let you in' : 'This notebook does not open', mine.type === 'liveshare:no-session' ? '' : mine.detail);
};
const settle = (me, next, attempt) => {
  if (me.waiting) return wait(me, attempt || 0);
  if (next !== '') return enter(next);
  away(me.share.name, 'You have not been given any right yet. Ask ' + me.share.owner + '.');
};
async function start() {
  const view = token === '' ? null : await call('door', { token });
  const mine = view !== null && view.ok ? view : await call('me');
  if (view === null || (!view.ok && mine.ok)) {
    if (mine.ok) return settle(mine.data, mine.data.next);
    if (login === 'in' && mine.type === 'liveshare:no-session' && !justLoggedIn()) return location.replace(el('login').href);
    offerLogin();
    return say('This page needs a link', mine.type === 'liveshare:no-session' || mine.type === 'liveshare:token-invalid'
      ? (login === 'in' ? 'It has not been shared with the account that you are logged in with. ' : '') +
        'Open the whole link that you were given, or ask the person who shared the notebook for a new one.' : mine.detail);
  }
  if (!view.ok) { offerLogin(); return say('This link does not open', view.detail); }
  const { notebook, owner, name, passphrase, approval, rights, cells } = view.data;
  say(notebook, 'Shared by ' + owner + (name ? ' with ' + name : ''));
  el('can').textContent = (approval ? owner + ' is asked to let you in. ' : '') + can(rights, cells);
  el('nameField').hidden = name !== null;
  el('name').required = name === null;
  el('passphraseField').hidden = !passphrase;
  el('passphrase').required = passphrase;
  el('form').hidden = false;
  // Who was invited by name has a link of their own, and needs no account.
  if (name === null) offerLogin();
  (name === null ? el('name') : passphrase ? el('passphrase') : el('open')).focus();
}
el('form').addEventListener('submit', async event => {
  event.preventDefault();
  el('open').disabled = true;
  problem('');
  const body = { token };
  if (!el('nameField').hidden) body.name = el('name').value;
  if (!el('passphraseField').hidden) body.passphrase = el('passphrase').value;
  const made = await call('session', body);
  if (made.ok) return settle(made.data.me, made.data.next);
  problem(made.detail);
  el('open').disabled = false;
});
start().catch(() => say('The server does not answer', 'Try again in a moment.'));
`;

/** The door page and the CSP that fits it. */
export function doorPage(
  nonce: string,
  login: DoorLogin
): {
  page: HtmlEscapedString | Promise<HtmlEscapedString>;
  csp: string;
} {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>Shared notebook</title>
        <style nonce="${nonce}">
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main data-login="${login}">
          <h1 id="title">Shared notebook</h1>
          <p id="lead">One moment…</p>
          <noscript><p>This page needs JavaScript to let you in.</p></noscript>
          <form id="form" hidden>
            <div id="nameField">
              <label for="name">Your name</label>
              <input id="name" name="name" maxlength="100" autocomplete="name" />
            </div>
            <div id="passphraseField" hidden>
              <label for="passphrase">Passphrase</label>
              <input id="passphrase" name="passphrase" type="password" maxlength="200" autocomplete="off" />
            </div>
            <p id="problem" role="alert" hidden></p>
            <button id="open" type="submit">Open notebook</button>
          </form>
          <p id="waiting" role="status" hidden>
            <span class="dots" aria-hidden="true"></span> Keep this page open. It goes on by itself.
          </p>
          <p id="can"></p>
          <p id="account" hidden>Have an account here? <a id="login">Log in</a></p>
        </main>
        <script nonce="${nonce}">
          ${raw(SCRIPT)};
        </script>
      </body>
    </html>`;
  const csp = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'"
  ].join('; ');
  return { page, csp };
}
