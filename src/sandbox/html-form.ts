import { type HTMLElement, NodeType } from 'node-html-parser';
import type { HttpRequest } from '../http.js';

/** What a person has filled in; a page itself stays as it came. */
export interface FilledIn {
  readonly values: Map<HTMLElement, string>;
  readonly checked: Map<HTMLElement, boolean>;
}

/** What a browser sends for a form, by the button that was clicked; `pageUrl` is where the form is. */
export function submission(form: HTMLElement, pageUrl: string, filledIn: FilledIn, button?: HTMLElement): HttpRequest {
  const fields = new URLSearchParams();
  for (const control of form.querySelectorAll('input, textarea, select')) {
    const name = control.getAttribute('name');
    if (!name || control.hasAttribute('disabled') || typeOf(control) === 'submit') continue;
    if (isTickable(control) && !(filledIn.checked.get(control) ?? control.hasAttribute('checked'))) continue;
    fields.append(name, filledIn.values.get(control) ?? presetOf(control));
  }
  const buttonName = button?.getAttribute('name');
  if (buttonName) fields.append(buttonName, button?.getAttribute('value') ?? '');
  const url = new URL(form.getAttribute('action') || pageUrl, pageUrl);
  if (form.getAttribute('method')?.toLowerCase() !== 'post') {
    url.search = fields.toString();
    return { url: url.href };
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { method: 'POST', url: url.href, headers, body: fields.toString() };
}

/** What stands in a control before anybody has typed. */
export function presetOf(control: HTMLElement): string {
  if (control.tagName === 'TEXTAREA') return control.text;
  if (control.tagName !== 'SELECT') return control.getAttribute('value') ?? (isTickable(control) ? 'on' : '');
  const option = control.querySelector('option[selected]') ?? control.querySelector('option');
  return option?.getAttribute('value') ?? option?.text.trim() ?? '';
}

/** The words on an element, without what is typed into it. */
export function wordsOf(element: HTMLElement): string {
  const collect = (node: HTMLElement): string =>
    node.childNodes
      .map(child => {
        if (child.nodeType === NodeType.TEXT_NODE) return child.text;
        return isElement(child) && !/^(TEXTAREA|SELECT|STYLE|SCRIPT)$/.test(child.tagName) ? collect(child) : '';
      })
      .join(' ');
  return collect(element).replace(/\s+/g, ' ').trim();
}

/** The words on a button or a link. */
export const buttonWords = (button: HTMLElement): string =>
  button.tagName === 'INPUT' ? (button.getAttribute('value') ?? '') : wordsOf(button);

const typeOf = (control: HTMLElement) => control.getAttribute('type')?.toLowerCase() ?? '';
const isTickable = (control: HTMLElement) => /^(checkbox|radio)$/.test(typeOf(control));
const isElement = (node: { nodeType: NodeType }): node is HTMLElement => node.nodeType === NodeType.ELEMENT_NODE;
