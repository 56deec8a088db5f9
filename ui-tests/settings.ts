/** Port and owner's token of the test server. */
export const PORT = Number(process.env['LIVESHARE_UI_PORT'] ?? 18_899);
export const OWNER_TOKEN = 'owner-of-the-test-server';
