/**
 * Settings schemas of JupyterLab and of the extensions that guests load, from disk: the owner's own settings stay the owner's.
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Federated } from './lab.ts';

/** A plugin's schema. */
export interface PluginSchema {
  readonly id: string;
  readonly version: string;
  readonly schema: unknown;
}

/** Where guests begin elsewhere than the schema says: a page that somebody opens for the first time looks like their system. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '@jupyterlab/apputils-extension:themes': { 'adaptive-theme': true }
};

/** Reads all schemas once. */
export function readSchemas(lab: string, extensions: readonly Federated[]): Map<string, PluginSchema> {
  const roots = [lab, ...extensions.map(each => join(each.folder, 'schemas'))];
  const schemas = roots.flatMap(root => packages(root).flatMap(name => readPackage(root, name)));
  return new Map(schemas.map(each => [each.id, each]));
}

function packages(root: string): string[] {
  if (!existsSync(root)) {
    return [];
  }
  return readdirSync(root).flatMap(name =>
    name.startsWith('@') ? readdirSync(join(root, name)).map(inner => `${name}/${inner}`) : [name]
  );
}

function readPackage(root: string, name: string): PluginSchema[] {
  const folder = join(root, name);
  const files = readdirSync(folder);
  const version = files.includes('package.json.orig') ? readVersion(join(folder, 'package.json.orig')) : '';
  return files
    .filter(file => file.endsWith('.json'))
    .map(file => {
      const id = `${name}:${file.replace(/\.json$/, '')}`;
      const schema = JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown;
      return { id, version, schema: withDefaults(schema, DEFAULTS[id] ?? {}) };
    });
}

/** The schema with other defaults for properties that it has. */
function withDefaults(schema: unknown, defaults: Readonly<Record<string, unknown>>): unknown {
  const known = (schema as { properties?: Record<string, object> } | null)?.properties;
  const changed = Object.entries(defaults).flatMap(([name, value]) =>
    known?.[name] === undefined ? [] : [[name, { ...known[name], default: value }] as const]
  );
  return changed.length === 0
    ? schema
    : { ...(schema as object), properties: { ...known, ...Object.fromEntries(changed) } };
}

function readVersion(path: string): string {
  const data: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const version = typeof data === 'object' && data !== null && 'version' in data ? data.version : '';
  return typeof version === 'string' ? version : '';
}
