import { createHash } from 'node:crypto';

const style = `
  :root { color-scheme: light dark; --line: #d0d5dd; --good: #157f3b; --bad: #b42318; }
  @media (prefers-color-scheme: dark) { :root { --line: #3a414d; --good: #4cc476; --bad: #ff8a80; } }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.0625rem/1.5 system-ui, sans-serif; }
  main { box-sizing: border-box; width: min(32rem, 100vw - 2rem); padding: 1.5rem; border: 1px solid var(--line);
    border-left: 0.375rem solid var(--bad); border-radius: 0.5rem; overflow-wrap: anywhere; }
  main.good { border-left-color: var(--good); }
  h1 { margin: 0 0 0.5rem; font-size: 1.375rem; line-height: 1.25; }
  p { margin: 0; }
`;

/** Nothing is loaded, run or kept, and the code in the address goes no further. */
export const callbackHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  connection: 'close',
} as const;

/** The page that somebody sees after logging in; `text` may be remote. */
export function callbackPage(title: string, text: string, isGood: boolean): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – flex-sso</title>
<style>${style}</style>
</head>
<body>
<main${isGood ? ' class="good"' : ''}>
<h1>${escaped(title)}</h1>
<p>${escaped(text)}</p>
</main>
</body>
</html>
`;
}

const escaped = (text: string) => text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`);
