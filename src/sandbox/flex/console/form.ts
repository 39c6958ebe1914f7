import { html } from 'hono/html';
import type { Html } from '../page.js';

/** What was typed into a form, by field name. */
export type Typed = Readonly<Record<string, string>>;

/** A form of the Single sign-on page; the button that is clicked says what is to be done. */
export function form(action: string, label: string, fields: Html, error?: string): Html {
  return html`<form method="post" action="single-sign-on">
${error ? html`<p role="alert">${error}</p>` : ''}
${fields}
<button name="action" value="${action}">${label}</button>
</form>`;
}

/** A button that leads to another view of the page. */
export function viewButton(view: string, label: string): Html {
  return html`<form method="get" action="single-sign-on">
<button class="quiet" name="view" value="${view}">${label}</button>
</form>`;
}

/** A value to be copied; it wraps where the screen is narrow. */
export function shownField(label: string, value: string): Html {
  return html`<label class="field">${label}<textarea readonly rows="3">${value}</textarea></label>`;
}

export function textField(label: string, name: string, typed: Typed): Html {
  const value = typed[name] ?? '';
  return html`<label class="field">${label}<input name="${name}" value="${value}" autocomplete="off"></label>`;
}

export function textArea(label: string, name: string, typed: Typed): Html {
  return html`<label class="field">${label}<textarea name="${name}">${typed[name] ?? ''}</textarea></label>`;
}

export function checkbox(label: string, name: string, checked = false): Html {
  const state = checked ? html` checked` : '';
  return html`<label class="choice"><input type="checkbox" name="${name}" value="on"${state}>${label}</label>`;
}

export function radioButton(label: string, name: string, value: string): Html {
  return html`<label class="choice"><input type="radio" name="${name}" value="${value}">${label}</label>`;
}
