/**
 * The start-up line on stdin -> one frozen typed value, or a clear exit.
 * @module
 */
import { z } from 'zod';

/** Where the Jupyter Server is reached: a private unix socket, or a loopback port where those are missing. */
const Upstream = z
  .object({
    socket: z.string().optional(),
    port: z.number().int().optional(),
    baseUrl: z.string().startsWith('/').endsWith('/'),
    token: z.string().min(1)
  })
  .refine(
    value => value.socket !== undefined || value.port !== undefined,
    'upstream needs a socket or a port'
  );

const Limits = z.object({
  /** Bytes of one WebSocket frame. */
  frameBytes: z
    .number()
    .int()
    .positive()
    .default(16 * 1024 * 1024),
  /** Bytes of one JSON request body. */
  bodyBytes: z
    .number()
    .int()
    .positive()
    .default(1024 * 1024),
  /** Frames a second from one socket, sustained. */
  framesPerSecond: z.number().positive().default(200),
  /** Bytes a second from one socket, sustained. */
  bytesPerSecond: z
    .number()
    .positive()
    .default(4 * 1024 * 1024),
  /** Open sockets of one person. */
  socketsPerPerson: z.number().int().positive().default(40),
  /** Bytes waiting for a slow reader before it is dropped. */
  backlogBytes: z
    .number()
    .int()
    .positive()
    .default(32 * 1024 * 1024),
  /** Failed ways in, from one address, a minute. */
  failuresPerMinute: z.number().int().positive().default(30),
  /** Seconds the file may be behind while everybody who edits may save. */
  saveWithin: z.number().positive().default(4),
  /** Bytes of all widgets' states of a kernel that are kept for late joiners; a part of a state that doesn't fit is not kept. */
  widgetBytes: z
    .number()
    .int()
    .positive()
    .default(16 * 1024 * 1024),
  /** Bytes of one output of a cell; representations that are larger give way to a notice. */
  outputBytes: z
    .number()
    .int()
    .positive()
    .default(8 * 1024 * 1024),
  /** Bytes of all outputs of a cell; what comes after that gives way to a notice. */
  cellOutputBytes: z
    .number()
    .int()
    .positive()
    .default(16 * 1024 * 1024),
  /** Seconds a room outlives its last guest. */
  roomLinger: z.number().nonnegative().default(10),
  /** Versions of one notebook that are kept before the oldest make room. */
  versionsKept: z.number().int().positive().default(500),
  /** Bytes of all versions of all notebooks, compressed. */
  versionBytes: z
    .number()
    .int()
    .positive()
    .default(2 * 1024 ** 3),
  /** Versions that one guest saves in a minute. */
  versionsPerMinute: z.number().int().positive().default(10),
  /** Bytes of rendered pages that are kept. */
  pageBytes: z
    .number()
    .int()
    .positive()
    .default(200 * 1024 ** 2)
});

const Schema = z.object({
  socket: z.string().optional(),
  port: z.number().int().optional(),
  trust: z.string().min(16),
  stateDir: z.string(),
  baseUrl: z.string().startsWith('/').endsWith('/'),
  publicUrl: z.string().url().nullable().default(null),
  upstream: Upstream,
  staticDirs: z.object({
    lab: z.string(),
    /** Jupyter Notebook's; null where it isn't installed. */
    notebook: z.string().nullable().default(null),
    labextensions: z.array(z.string()),
    server: z.string(),
    themes: z.string(),
    schemas: z.string()
  }),
  extensions: z.array(z.string()).default([]),
  /** Where guests' links lead; each page leads to the other. */
  guestInterface: z.enum(['lab', 'notebook']).default('lab'),
  allowOrigin: z.string().default(''),
  guestPort: z.number().int().nullable().default(null),
  /** Origins from which static pages may load images, fonts and styles. */
  pageOrigins: z.array(z.string().regex(/^https?:\/\/[\w.*-]+(?::\d+)?$/)).default([]),
  /** Whether a version of a notebook in a git work tree is a commit too. */
  commitVersions: z.boolean().default(false),
  limits: Limits.partial()
    .default({})
    .transform(value => Limits.parse(value)),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info')
});

/** Everything the sidecar was told at start. */
export type Config = z.infer<typeof Schema>;
/** Bounds; see the schema for units. */
export type Limits = z.infer<typeof Limits>;

/** Parses the start-up line. Throws a {@link ConfigError} that names each wrong field, never its value. */
export function parseConfig(line: string): Config {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    throw new ConfigError('the start-up line is not JSON');
  }
  const result = Schema.safeParse(data);
  if (!result.success) {
    const fields = result.error.issues.map(issue => `${issue.path.join('.') || 'line'}: ${issue.code}`);
    throw new ConfigError(fields.join('; '));
  }
  return Object.freeze(result.data);
}

/** A start-up line that can't be used. */
export class ConfigError extends Error {}
