/**
 * The frame in which JupyterLab pages show what an output brings along: HTML, scripts. The header puts it into an origin of its own, so
 * whatever runs there has no cookie, no storage and no page of ours (design §5, rule 7).
 * @module
 */

/** Where the frame is, below `B`. */
export const FRAME_PATH = '/assets/frame';

/**
 * An opaque origin also when somebody opens the address itself. Libraries of plots come from elsewhere, as in JupyterLab; nothing is
 * reached with anybody's cookies, and no address of this server is.
 */
export const FRAME_CSP = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' https: data: blob:",
  "style-src 'unsafe-inline' https: data:",
  'img-src https: data: blob:',
  'font-src https: data:',
  'media-src https: data: blob:',
  'connect-src https: data: blob:',
  'frame-src https: data: blob:',
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'"
].join('; ');

/** Waits for the page that holds it to say what it shall show; the first word counts. */
export const FRAME_PAGE = `<!doctype html>
<meta charset="utf-8" />
<title>Output</title>
<script>
  addEventListener('message', function once(event) {
    if (event.source !== parent || typeof event.data?.page !== 'string') return;
    removeEventListener('message', once);
    document.open();
    document.write(event.data.page);
    document.close();
  });
  parent.postMessage({ liveshare: 'ready' }, '*');
</script>
`;
