/**
 * Comments on cells: the same calls for guests and for the owner.
 * @module
 */
import type { Who } from '../../protocol/messages.ts';
import type { ShareBook } from '../access/shares.ts';
import type { CommentBook } from '../comments/book.ts';
import type { CellView } from '../document/cells.ts';
import type { Demand } from '../policy/request.ts';
import { Refusal } from '../policy/verdict.ts';
import { define, type App, type Call, type RouteContext } from './define.ts';
import { CommentListShown, CommentText, NewThread, ThreadChange, ThreadShown } from './schemas.ts';

/** What the routes need. */
export interface CommentRouteParts {
  readonly shareBook: ShareBook;
  readonly commentBook: CommentBook;
  readonly cell: (share: string, id: string) => Promise<CellView | undefined>;
}

/** One of the two sides: where its routes stand, who may call them, who the caller is. */
interface Side {
  readonly base: string;
  readonly demand: Demand;
  readonly who: (call: Call<unknown>) => { readonly share: string; readonly person: Who | null };
}

/** Declares the routes of both sides. */
export function commentRoutes(app: App, context: RouteContext, parts: CommentRouteParts): void {
  const sides: readonly Side[] = [
    {
      base: '/api/shares/:share/comments',
      demand: { who: 'owner' },
      who: ({ param }) => ({ share: parts.shareBook.get(param('share')).id, person: null })
    },
    {
      base: '/s/:share/api/liveshare/comments',
      demand: { who: 'guest', right: 'live', grant: 'comment' },
      who: ({ guest }) => ({ share: guest.shareId, person: guest.who })
    }
  ];
  for (const side of sides) {
    threadRoutes(app, context, parts, side);
    oneCommentRoutes(app, context, parts, side);
  }
}

function threadRoutes(app: App, context: RouteContext, parts: CommentRouteParts, side: Side): void {
  const { base, demand, who } = side;
  const { commentBook: book } = parts;
  define(app, context, {
    method: 'get',
    path: base,
    demand,
    summary: 'Comments on cells, thread by thread',
    answers: { schema: CommentListShown },
    handle: call => call.c.json(book.list(who(call).share))
  });
  define(app, context, {
    method: 'post',
    path: base,
    demand,
    summary: 'Comment on a cell: begins a thread',
    body: NewThread,
    answers: { status: 201, schema: ThreadShown },
    handle: async call => {
      const { share, person } = who(call);
      const { cell, text } = call.body;
      if ((await parts.cell(share, cell)) === undefined) {
        throw new Refusal('not-found', 'That cell is not in the notebook any more.');
      }
      return call.c.json(book.begin(share, person, cell, text), 201);
    }
  });
  define(app, context, {
    method: 'post',
    path: `${base}/:thread`,
    demand,
    summary: 'Answer in a thread; a resolved one is open again',
    body: CommentText,
    answers: { status: 201, schema: ThreadShown },
    handle: call => {
      const { share, person } = who(call);
      return call.c.json(book.reply(share, person, call.param('thread'), call.body.text), 201);
    }
  });
  define(app, context, {
    method: 'patch',
    path: `${base}/:thread`,
    demand,
    summary: 'Resolve a thread, or open it again',
    body: ThreadChange,
    answers: { schema: ThreadShown },
    handle: call => {
      const { share, person } = who(call);
      return call.c.json(book.resolve(share, person, call.param('thread'), call.body.resolved));
    }
  });
}

function oneCommentRoutes(app: App, context: RouteContext, parts: CommentRouteParts, side: Side): void {
  const { base, demand, who } = side;
  const { commentBook: book } = parts;
  const place = ({ param }: Call<unknown>) => ({ thread: param('thread'), comment: param('comment') });
  define(app, context, {
    method: 'patch',
    path: `${base}/:thread/:comment`,
    demand,
    summary: 'Change the text of a comment of one’s own',
    body: CommentText,
    answers: { schema: ThreadShown },
    handle: call => {
      const { share, person } = who(call);
      return call.c.json(book.edit(share, person, place(call), call.body.text));
    }
  });
  define(app, context, {
    method: 'delete',
    path: `${base}/:thread/:comment`,
    demand,
    summary: 'Delete a comment: one’s own, and for the owner any',
    answers: { status: 204 },
    handle: call => {
      const { share, person } = who(call);
      book.remove(share, person, place(call));
      return call.c.body(null, 204);
    }
  });
}
