import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import { type Html, htmlPage } from '../../flex/page.js';
import type { PortalClaim } from '../directory.js';
import { assignedPolicy } from '../policies.js';
import type { Shown } from './index.js';

interface Fields {
  /** The claim that was opened; empty for a new one. */
  edited: string;
  name: string;
  namespace: string;
  source: string;
}

/** What the claims page itself holds, whatever policy is in force in its place. */
const portalClaims = ({ entra, servicePrincipal }: Shown): readonly PortalClaim[] =>
  entra.directory.claimsPolicies[servicePrincipal.id]?.claims ?? [];

/** The claims as links, and the form for one of them or for a new one. */
export function claimsPage(
  shown: Shown,
  { editing, problem }: { editing?: string | undefined; problem?: string },
): Html {
  const { entra, application, servicePrincipal } = shown;
  const claims = portalClaims(shown).filter(({ name }) => name !== undefined);
  const edited = claims.find(claim => fullName(claim) === editing);
  const policy = assignedPolicy(entra.directory, 'claimsMappingPolicies', servicePrincipal.id);
  return htmlPage(
    'Attributes & Claims',
    html`<h1>Attributes &amp; Claims of ${application.displayName}</h1>
${problem ? html`<p role="alert">${problem}</p>` : ''}
${policy ? html`<p role="status">This configuration was overwritten by a claims mapping policy: ${policy.displayName}.</p>` : ''}
<p><a class="button" href="?claim=">Add new claim</a></p>
<section>
<h2>Additional claims</h2>
<dl>${claims.map(
      claim =>
        html`<dt><a href="?claim=${encodeURIComponent(fullName(claim))}">${fullName(claim)}</a></dt><dd>${sourceText(claim)}</dd>`,
    )}</dl>
</section>
${editing === undefined ? '' : claimForm(edited)}`,
  );
}

const claimForm = (claim: PortalClaim | undefined) => html`<section>
<h2>Manage claim</h2>
<form method="post" action="claims">
<input type="hidden" name="edited" value="${claim && fullName(claim)}">
<label class="field">Name <input name="name" required value="${claim?.name}"></label>
<label class="field">Namespace <input name="namespace" value="${claim?.namespace}"></label>
<label class="field">Source attribute <input name="source" required value="${claim && sourceText(claim)}"></label>
<button>Save</button>
</form>
</section>`;

/**
 * Adds a claim, or gives the opened one another source; one that is there already is not added. Answers what is wrong with it where it
 * cannot be saved.
 */
export function saveClaim(shown: Shown, { edited, name, namespace, source }: Fields): string | undefined {
  const [, object, attribute] = /^(user)\.(\w+)$/.exec(source) ?? [];
  const constant = /^"(.+)"$/.exec(source)?.[1];
  if (!name || /[\s:/]/.test(name)) return 'The Name is missing, or holds a character that is not allowed.';
  if (!attribute && !constant)
    return 'The Source attribute is no attribute such as user.mail, and no constant in quotes.';
  const claim: PortalClaim = {
    name,
    ...(namespace && { namespace }),
    ...(object && attribute ? { source: object, attribute } : { source: '', attribute: constant ?? '' }),
  };
  const isThere = portalClaims(shown).some(one => one.name !== undefined && fullName(one) === fullName(claim));
  if (isThere && edited !== fullName(claim)) return undefined;
  const { entra, servicePrincipal } = shown;
  const { claimsPolicies } = entra.directory;
  const held = claimsPolicies[servicePrincipal.id] ?? { id: randomUUID(), includeBasicClaimSet: true, claims: [] };
  const others = held.claims.filter(one => one.name === undefined || fullName(one) !== (edited || fullName(claim)));
  claimsPolicies[servicePrincipal.id] = { ...held, claims: [...others, claim] };
  return undefined;
}

const fullName = ({ name = '', namespace }: PortalClaim) => (namespace ? `${namespace}/${name}` : name);

const sourceText = ({ source, attribute, condition }: PortalClaim) =>
  `${source ? `${source}.${attribute}` : `"${attribute}"`}${condition ? ' (conditional)' : ''}`;
