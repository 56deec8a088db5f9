/**
 * Every HTTP call of the plugin; alone knows addresses. Errors carry the server's own sentence.
 * @module
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { CommentList, CommentThread } from '../protocol/comments.ts';
import type { Rights } from '../protocol/levels.ts';
import type {
  AccessChange,
  ActivityPage,
  Link,
  LinkChange,
  LockMode,
  Me,
  NewPerson,
  Person,
  PersonChange,
  PersonWithLink,
  Share,
  SharedWithMe
} from '../protocol/resources.ts';
import { detailOf, isAway } from './problem.ts';
import type { RunCalls } from './runs/runQueue.ts';
import { UnsavedApi } from './unsaved/unsavedApi.ts';
import { VersionApi } from './versions/versionApi.ts';

/** An account that can be invited, or a group of them. */
export type Found =
  { readonly username: string; readonly name: string } | { readonly group: string; readonly members: number };

/** A refusal or failure, in words for the person in front of the page. */
export class ApiError extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
    this.name = 'ApiError';
  }
}

/** One request; JSON in and out. */
async function request<T>(
  settings: ServerConnection.ISettings,
  path: string,
  method = 'GET',
  body?: unknown
): Promise<T> {
  const url = URLExt.join(settings.baseUrl, path.split('?')[0] ?? '') + (path.match(/\?.*/)?.[0] ?? '');
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'Content-Type': 'application/json' };
  }
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(url, init, settings);
  } catch (error) {
    throw new ApiError(isAway(error) ? 'The server does not answer.' : String(error), 0);
  }
  const text = await response.text();
  if (!response.ok) {
    throw new ApiError(detailOf(response.status, text), response.status);
  }
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Where a control socket is; the token goes along only when JupyterLab's own sockets carry it too. */
function socketUrl(settings: ServerConnection.ISettings, path: string): string {
  const url = URLExt.join(settings.wsUrl, path);
  const token = settings.appendToken ? settings.token : '';
  return token ? `${url}?token=${encodeURIComponent(token)}` : url;
}

const id = encodeURIComponent;

/** Comments of one share; the same calls for the owner and for guests. */
export class CommentApi {
  private readonly settings: ServerConnection.ISettings;
  private readonly base: string;
  constructor(settings: ServerConnection.ISettings, base: string) {
    this.settings = settings;
    this.base = base;
  }

  /** All threads. */
  list(): Promise<CommentList> {
    return request(this.settings, this.base);
  }
  /** Begins a thread. */
  begin(cell: string, text: string): Promise<CommentThread> {
    return request(this.settings, this.base, 'POST', { cell, text });
  }
  /** Answers in a thread. */
  reply(thread: string, text: string): Promise<CommentThread> {
    return request(this.settings, `${this.base}/${id(thread)}`, 'POST', { text });
  }
  /** Resolves a thread, or opens it again. */
  resolve(thread: string, resolved: boolean): Promise<CommentThread> {
    return request(this.settings, `${this.base}/${id(thread)}`, 'PATCH', { resolved });
  }
  /** Changes one's own comment. */
  edit(thread: string, comment: string, text: string): Promise<CommentThread> {
    return request(this.settings, `${this.base}/${id(thread)}/${id(comment)}`, 'PATCH', { text });
  }
  /** Removes a comment. */
  remove(thread: string, comment: string): Promise<undefined> {
    return request(this.settings, `${this.base}/${id(thread)}/${id(comment)}`, 'DELETE');
  }
}

/** The owner's side of the contract (design §3). */
export class OwnerApi {
  private readonly settings: ServerConnection.ISettings;
  constructor(settings: ServerConnection.ISettings) {
    this.settings = settings;
  }

  /** All shares. */
  shares(): Promise<readonly Share[]> {
    return this.call('shares');
  }
  /** Shares a notebook, or finds its share. */
  createShare(path: string): Promise<Share> {
    return this.call('shares', 'POST', { path });
  }
  /** Changes a share's settings. */
  changeShare(share: string, change: { lockMode?: LockMode; holdSaves?: boolean }): Promise<Share> {
    return this.call(`shares/${id(share)}`, 'PATCH', change);
  }
  /** Ends a share; its sockets close. */
  endShare(share: string, unsaved?: 'save' | 'discard'): Promise<void> {
    return this.call(`shares/${id(share)}${unsaved ? `?unsaved=${unsaved}` : ''}`, 'DELETE');
  }
  /** What of a share isn't saved. */
  unsaved(share: string): UnsavedApi {
    return new UnsavedApi((path, method, body) => this.call(`shares/${id(share)}/${path}`, method, body));
  }
  /** Runs of a share's cells. */
  runs(share: string): RunCalls {
    const path = `shares/${id(share)}/runs`;
    return {
      order: order => this.call(path, 'POST', order),
      cancel: run => this.call(`${path}/${id(run)}`, 'DELETE')
    };
  }
  /** Invites a person. */
  addPerson(share: string, person: NewPerson): Promise<PersonWithLink> {
    return this.call(`shares/${id(share)}/people`, 'POST', person);
  }
  /** Invites the members of a group; those who are on the list already stay as they are. */
  addGroup(
    share: string,
    group: AccessChange & { group: string }
  ): Promise<{ readonly people: readonly Person[] }> {
    return this.call(`shares/${id(share)}/groups`, 'POST', group);
  }
  /** Changes what a person may do; in force when this resolves. */
  changePerson(share: string, person: string, change: PersonChange): Promise<PersonWithLink> {
    return this.call(`shares/${id(share)}/people/${id(person)}`, 'PATCH', change);
  }
  /** Removes a person; their sockets are closed when this resolves. */
  removePerson(share: string, person: string): Promise<void> {
    return this.call(`shares/${id(share)}/people/${id(person)}`, 'DELETE');
  }
  /** Makes an "anyone with the link" link. */
  addLink(share: string, link: LinkChange): Promise<Link> {
    return this.call(`shares/${id(share)}/links`, 'POST', link);
  }
  /** Changes a link. */
  changeLink(share: string, link: string, change: LinkChange): Promise<Link> {
    return this.call(`shares/${id(share)}/links/${id(link)}`, 'PATCH', change);
  }
  /** Revokes a link. */
  removeLink(share: string, link: string): Promise<void> {
    return this.call(`shares/${id(share)}/links/${id(link)}`, 'DELETE');
  }
  /** Answers a guest's wish for more: the rights to give, or null to refuse. */
  answer(share: string, request: string, rights: Partial<Rights> | null): Promise<Person | undefined> {
    return this.call(
      `shares/${id(share)}/requests/${id(request)}`,
      'POST',
      rights === null ? { refuse: true } : { rights }
    );
  }
  /** What happened, newest first; `before` is `next` of the page before. */
  activity(share: string, before: string | null): Promise<ActivityPage> {
    return this.call(
      `shares/${id(share)}/activity?limit=20${before === null ? '' : `&before=${id(before)}`}`
    );
  }
  /** Comments on a share's cells. */
  comments(share: string): CommentApi {
    return new CommentApi(this.settings, `liveshare/api/shares/${id(share)}/comments`);
  }
  /** Versions of a share's notebook. */
  versions(share: string): VersionApi {
    const base = `liveshare/api/shares/${id(share)}`;
    return new VersionApi(
      (path, method, body) => request(this.settings, `${base}/versions${path}`, method, body),
      version => URLExt.join(this.settings.baseUrl, base, 'page', String(version))
    );
  }
  /** Accounts whose name or username contains the text, and groups. */
  accounts(query: string): Promise<readonly Found[]> {
    return this.call(`people?query=${id(query)}`);
  }
  /** What others have shared with the account in front of this page. */
  sharedWithMe(): Promise<readonly SharedWithMe[]> {
    return this.call('shared-with-me');
  }
  /** A link as it can be handed out: the server leaves out its own origin when it doesn't know its public one. */
  address(url: string): string {
    return new URL(url, new URL(this.settings.baseUrl, window.location.href)).href;
  }
  /** Address of a share's control socket. */
  controlUrl(share: string): string {
    return socketUrl(this.settings, `liveshare/api/shares/${id(share)}/control`);
  }

  private call<T>(path: string, method?: string, body?: unknown): Promise<T> {
    return request<T>(this.settings, `liveshare/api/${path}`, method, body);
  }
}

/** The guest's side; addresses are relative to the share. */
export class GuestApi {
  private readonly settings: ServerConnection.ISettings;
  constructor(settings: ServerConnection.ISettings) {
    this.settings = settings;
  }

  /** Who I am and what I may do. */
  me(): Promise<Me> {
    return request(this.settings, 'api/liveshare/me');
  }
  /** Ends my session in this browser. */
  leave(): Promise<void> {
    return request(this.settings, 'api/liveshare/leave', 'POST', {});
  }
  /** Runs of cells; they start the notebook's kernel when none runs. */
  runs(): RunCalls {
    const path = 'api/kernels/current';
    return {
      order: order => request(this.settings, `${path}/execute`, 'POST', { ...order, wait: false }),
      cancel: run => request(this.settings, `${path}/runs/${id(run)}`, 'DELETE')
    };
  }
  /** Comments on cells. */
  comments(): CommentApi {
    return new CommentApi(this.settings, 'api/liveshare/comments');
  }
  /** Versions of the notebook. */
  versions(): VersionApi {
    return new VersionApi(
      (path, method, body) => request(this.settings, `api/liveshare/versions${path}`, method, body),
      version => URLExt.join(this.settings.baseUrl, 'page', String(version))
    );
  }
  /** Address of the latest saved state as a page. */
  pageUrl(): string {
    return URLExt.join(this.settings.baseUrl, 'page/latest');
  }
  /** Address of the control socket; the session is in the cookie. */
  controlUrl(): string {
    return URLExt.join(this.settings.wsUrl, 'api/liveshare/control');
  }
}
