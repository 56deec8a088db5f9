/**
 * Schemas of what the API takes and answers; the types are those of `protocol/`.
 * @module
 */
import { z } from '@hono/zod-openapi';
import { GRANT_NAMES, RIGHTS } from '../../protocol/levels.ts';
import { plainName } from '../policy/names.ts';
import { ACTIVITY_KINDS } from '../../protocol/resources.ts';

/** RFC 3339, UTC. */
export const Time = z.iso.datetime();
/** Names are one line of text without controls or direction overrides. */
const Name = z
  .string()
  .max(1_000)
  .transform((value, context) => {
    const name = plainName(value);
    if (name === null) {
      context.addIssue({ code: 'custom', message: 'that can’t be shown as a name' });
      return z.NEVER;
    }
    return name;
  });
const CellId = z.string().min(1).max(128);
const Cells = z.union([z.literal('all'), z.array(CellId).max(10_000)]);
/** A cell to be run, as whoever asks for it sees it. */
export const CellRun = z.object({
  cell_id: CellId,
  /** SHA-256 (hex) of the source that they saw; refused with 409 when the cell says something else by now. */
  source_hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** The run that this one follows in the same click: when it failed, this one ends as `aborted`. */
  after: z.string().max(64).optional()
});
/** Number of a version. */
export const VersionNumber = z.number().int().min(1).max(1_000_000_000);
const Versions = z.union([z.literal('all'), z.array(VersionNumber).max(1_000)]);
const flags = <K extends string>(names: readonly K[]) =>
  z.strictObject(
    Object.fromEntries(names.map(name => [name, z.boolean().optional()])) as Record<
      K,
      z.ZodOptional<z.ZodBoolean>
    >
  );
const Rights = flags(RIGHTS);
const Grants = flags(GRANT_NAMES);

const access = {
  rights: Rights.optional(),
  cells: Cells.optional(),
  structure: z.boolean().optional(),
  grants: Grants.optional(),
  versions: Versions.optional(),
  expiresAt: Time.nullable().optional()
};

/** Body of `POST shares`. */
export const NewShare = z.strictObject({ path: z.string().min(1).max(4_096) });
/** Body of `PATCH shares/<share>`. */
export const ShareChange = z.strictObject({
  lockMode: z.enum(['soft', 'exclusive']).optional(),
  holdSaves: z.boolean().optional()
});
/** Body of `POST people`. */
export const NewPerson = z.union([
  z.strictObject({ name: Name, ...access }),
  z.strictObject({ username: z.string().min(1).max(200), name: Name.optional(), ...access })
]);
/** Body of `POST groups`. */
export const NewGroup = z.strictObject({ group: z.string().min(1).max(255), ...access });
/** Body of `PATCH people/<person>`. */
export const PersonChange = z.strictObject({
  name: Name.optional(),
  renewLink: z.literal(true).optional(),
  waiting: z.literal(false).optional(),
  ...access
});
/** Body of `POST links` and `PATCH links/<link>`. */
export const LinkChange = z.strictObject({
  ...access,
  maxPeople: z.number().int().min(1).max(5_000).nullable().optional(),
  passphrase: z.string().min(1).max(200).nullable().optional(),
  approval: z.boolean().optional()
});
/** Body of `POST requests/<id>`. */
export const RequestAnswer = z.union([
  z.strictObject({ rights: Rights }),
  z.strictObject({ refuse: z.literal(true) })
]);
/** Body of `POST api/liveshare/door`. */
export const DoorLook = z.strictObject({ token: z.string().max(2_000) });
/** Body of `POST api/liveshare/session`. */
export const NewSession = z.strictObject({
  token: z.string().max(2_000),
  /** Checked at the door, which says in words what is wrong with it. */
  name: z.string().max(1_000).optional(),
  passphrase: z.string().max(200).optional()
});

const AccessShown = {
  rights: z.object(Object.fromEntries(RIGHTS.map(name => [name, z.boolean()]))),
  cells: Cells,
  structure: z.boolean(),
  grants: Grants,
  versions: Versions,
  expiresAt: Time.nullable()
};
/** A person as shown. */
export const PersonShown = z
  .object({
    ...AccessShown,
    id: z.string(),
    kind: z.enum(['account', 'invited', 'link']),
    name: z.string(),
    username: z.string().nullable(),
    color: z.string(),
    joinedAt: Time.nullable(),
    link: z.string().nullable(),
    waiting: z.boolean(),
    tabs: z.number(),
    cell: z.string().nullable(),
    url: z.string().optional()
  })
  .openapi('Person');
/** A link as shown. */
export const LinkShown = z
  .object({
    ...AccessShown,
    id: z.string(),
    maxPeople: z.number().nullable(),
    hasPassphrase: z.boolean(),
    approval: z.boolean(),
    uses: z.number(),
    createdAt: Time,
    url: z.string()
  })
  .openapi('Link');
/** A notebook shared with an account, as shown to it. */
export const SharedShown = z
  .object({
    name: z.string(),
    owner: z.string(),
    rights: AccessShown.rights,
    expiresAt: Time.nullable(),
    url: z.string()
  })
  .openapi('SharedWithMe');
/** A share as shown. */
const ActivityWho = z.object({ id: z.string(), name: z.string(), color: z.string() });
export const ShareShown = z
  .object({
    id: z.string(),
    path: z.string(),
    name: z.string(),
    lockMode: z.enum(['soft', 'exclusive']),
    holdSaves: z.boolean(),
    createdAt: Time,
    people: z.array(PersonShown),
    links: z.array(LinkShown),
    unsaved: z.boolean().nullable(),
    unsavedBy: z.array(z.object({ person: ActivityWho.nullable(), since: Time })),
    held: z.boolean(),
    lastSaved: z.object({ person: ActivityWho.nullable(), at: Time }).nullable(),
    saveFailure: z.string().nullable(),
    conflicts: z.number().int()
  })
  .openapi('Share');

const CellKind = z.enum(['code', 'markdown', 'raw']);
const Metadata = z.record(z.string().min(1).max(200), z.unknown());
const After = CellId.nullable();
const Base = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional();
const Units = z.number().int().min(0);
/** One operation of `PATCH api/liveshare/notebook`. */
export const Operation = z
  .union([
    z.strictObject({
      op: z.literal('insert'),
      after: After,
      cell: z.strictObject({
        id: CellId.optional(),
        cell_type: CellKind,
        source: z.string(),
        metadata: Metadata.optional()
      })
    }),
    z.strictObject({ op: z.literal('move'), cell: CellId, after: After }),
    z.strictObject({ op: z.literal('delete'), cell: CellId }),
    z.strictObject({ op: z.literal('edit'), cell: CellId, source: z.string(), base_hash: Base }),
    z.strictObject({
      op: z.literal('edit'),
      cell: CellId,
      position: Units,
      remove: Units,
      insert: z.string(),
      base_hash: Base
    }),
    z.strictObject({
      op: z.literal('metadata'),
      cell: CellId,
      set: Metadata.optional(),
      remove: z.array(z.string().max(200)).max(200).optional()
    }),
    z.strictObject({ op: z.literal('type'), cell: CellId, cell_type: CellKind })
  ])
  .openapi('NotebookOperation');
/** Body of `PATCH api/liveshare/notebook`: each operation is looked at by itself, so that a wrong one can be named. */
export const Operations = z.array(z.unknown()).min(1).max(200);
/** Answer of `PATCH api/liveshare/notebook`. */
export const Patched = z.object({ cells: z.array(z.string()), inserted: z.array(z.string()) });

/** A person as others see them; null for the owner. */
export const SomebodyShown = z.object({ id: z.string(), name: z.string(), color: z.string() }).nullable();
/** A page of the activity as shown. */
export const ActivityShown = z
  .object({
    items: z.array(
      z.object({
        id: z.number(),
        at: Time,
        until: Time,
        person: SomebodyShown,
        kind: z.enum(ACTIVITY_KINDS),
        cell: z.string().nullable(),
        about: SomebodyShown,
        count: z.number()
      })
    ),
    next: z.string().nullable()
  })
  .openapi('ActivityPage');

/** Body of a comment. What a comment may say is decided in `policy/comments.ts`; this bound only keeps nonsense small. */
export const CommentText = z.strictObject({ text: z.string().max(40_000) });
/** Body of `POST comments`. */
export const NewThread = z.strictObject({ cell: CellId, text: z.string().max(40_000) });
/** Body of `PATCH comments/<thread>`. */
export const ThreadChange = z.strictObject({ resolved: z.boolean() });
/** A thread of comments as shown. */
export const ThreadShown = z
  .object({
    id: z.string(),
    cell: z.string(),
    resolved: z.object({ by: SomebodyShown, at: Time }).nullable(),
    comments: z.array(
      z.object({
        id: z.string(),
        person: SomebodyShown,
        text: z.string(),
        at: Time,
        editedAt: Time.nullable()
      })
    )
  })
  .openapi('CommentThread');
/** Answer of `GET comments`. */
export const CommentListShown = z
  .object({ latest: z.number(), threads: z.array(ThreadShown) })
  .openapi('CommentList');
