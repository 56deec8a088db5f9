/**
 * Addresses to hand out are kept as paths and completed with the origin at which whoever asks sees us; a configured public
 * URL is complete already.
 * @module
 */
import type { Share } from '../../protocol/resources.ts';

/** An address as one can hand it out. */
export function absolute(url: string, origin: string): string {
  return URL.canParse(url, origin) ? new URL(url, origin).href : url;
}

/** A share with its links' addresses completed. */
export function withOrigin(share: Share, origin: string): Share {
  return { ...share, links: share.links.map(link => ({ ...link, url: absolute(link.url, origin) })) };
}
