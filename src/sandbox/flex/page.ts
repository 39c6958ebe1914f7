import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A page of the sandbox, for a phone as for a desk, in light and dark, without script. `head` is further elements of its head. */
export function htmlPage(title: string, body: Html, head: Html | '' = ''): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · flex-sso sandbox</title>
${head}
<style>${styles}</style>
</head>
<body>
<p class="sandbox">flex-sso sandbox: nothing here is Twilio or Microsoft, and nothing leaves this machine.</p>
<main>
${body}
</main>
</body>
</html>`;
}

const styles = html`
:root { color-scheme: light dark; --ink: #121c2d; --soft: #5b6478; --line: #8891aa; --paper: #fff; --back: #f4f4f6;
  --accent: #0263e0; --on-accent: #fff; --bad: #b4141c; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef0f5; --soft: #b5bccd; --line: #6b7591; --paper: #1b2334;
  --back: #10151f; --accent: #8bb8ff; --on-accent: #0d1420; --bad: #ff9b9b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.sandbox { margin: 0; padding: .5rem 1rem; font-size: .875rem; color: var(--soft);
  border-bottom: 1px solid var(--line); }
main { max-width: 44rem; margin: 0 auto; padding: 1rem; }
section, [role=dialog] { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem;
  margin: 1rem 0; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.15rem; margin: 0 0 .5rem; }
p { margin: .5rem 0; } a { color: var(--accent); } code, dd { overflow-wrap: anywhere; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
fieldset { border: 0; margin: 0; padding: 0; }
.field { display: block; margin: .9rem 0; font-weight: 600; }
.field input, .field textarea { display: block; width: 100%; margin-top: .25rem; padding: .55rem .65rem;
  font: inherit; font-weight: 400;
  color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: .375rem; }
textarea { min-height: 7rem; }
.field textarea[readonly] { min-height: 0; field-sizing: content; border-style: dashed; resize: none;
  overflow-wrap: anywhere; }
.choice { display: flex; gap: .6rem; align-items: flex-start; margin: .9rem 0; }
.choice input { width: 1.25rem; height: 1.25rem; margin: .125rem 0 0; flex: none; accent-color: var(--accent); }
button, .button { display: inline-block; min-height: 2.75rem; padding: .6rem 1rem; margin: .25rem .5rem .25rem 0;
  font: inherit; font-weight: 600; text-decoration: none; color: var(--on-accent); background: var(--accent);
  border: 1px solid var(--accent);  border-radius: .375rem; cursor: pointer; }
button.quiet { color: var(--accent); background: transparent; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role=alert] { border-left: .3rem solid var(--bad); padding: .25rem .75rem; color: var(--bad); font-weight: 600; }
`;
