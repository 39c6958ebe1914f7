import { html } from 'hono/html';
import { type Html, htmlPage } from '../../flex/page.js';
import { metadataUrlOf } from '../addresses.js';
import { claimsOf, nameIdentifier } from '../claims.js';
import type { PortalClaim } from '../directory.js';
import type { Entra } from '../entra.js';
import { threeYearsAfter } from '../self-signed-certificate.js';
import { activeSigningKey, signingKeysOf } from '../signing-keys.js';
import type { Shown } from './index.js';

/** Links go from the folder that the page is in: where the admin center itself is served, it does not know. */
const ofApplication = (appId: string) => `applications/${appId}`;

export function applicationsPage({ directory }: Entra): Html {
  return htmlPage(
    'Enterprise applications',
    html`<h1>Enterprise applications</h1>
<section>
<p>All applications of ${directory.displayName}</p>
<ul>${directory.applications.map(one => html`<li><a href="${ofApplication(one.appId)}">${one.displayName}</a> <small>${one.appId}</small></li>`)}</ul>
</section>`,
  );
}

export function applicationPage({ application, servicePrincipal }: Shown): Html {
  return htmlPage(
    application.displayName,
    html`<h1>${application.displayName}</h1>
<section>
<dl>
<dt>Application ID</dt><dd>${application.appId}</dd>
<dt>Object ID</dt><dd>${servicePrincipal.id}</dd>
</dl>
<p><a class="button" href="${application.appId}/single-sign-on">Single sign-on</a></p>
</section>`,
  );
}

export function singleSignOnPage({ entra, application, servicePrincipal }: Shown): Html {
  const { directory } = entra;
  const active = activeSigningKey(directory, servicePrincipal.id);
  return htmlPage(
    'Single sign-on',
    html`<h1>${application.displayName}: SAML-based Sign-on</h1>
<section>
<h2>Basic SAML Configuration</h2>
<dl>
<dt>Identifier (Entity ID)</dt><dd>${application.identifierUris.join(' ')}</dd>
<dt>Reply URL (Assertion Consumer Service URL)</dt><dd>${application.web.redirectUris.join(' ')}</dd>
</dl>
</section>
<section>
<h2>Attributes &amp; Claims</h2>
<dl>${claimsOf(directory, application).claims.map(claim => html`<dt>${claimName(claim)}</dt><dd>${claimSource(claim)}</dd>`)}</dl>
<p><a class="button" href="claims">Attributes &amp; Claims</a></p>
</section>
<section>
<h2>SAML Certificates</h2>
<h3>Token signing certificate</h3>
<dl>
<dt>Status</dt><dd>${active ? 'Active' : 'None'}</dd>
<dt>Thumbprint</dt><dd>${active?.thumbprint}</dd>
<dt>Expiration</dt><dd>${active?.endDateTime.slice(0, 10)}</dd>
<dt>App Federation Metadata Url</dt><dd>${metadataUrlOf(directory, application.appId)}</dd>
</dl>
<p><a class="button" href="certificates">Edit</a></p>
</section>`,
  );
}

/** All certificates, the newest first; with the form for another one, or the question whether one is to be made active. */
export function certificatesPage(
  { entra, application, servicePrincipal }: Shown,
  { isNew, activating, problem }: { isNew: boolean; activating?: string | undefined; problem?: string },
): Html {
  const keys = signingKeysOf(entra.directory, servicePrincipal.id).toReversed();
  const active = servicePrincipal.preferredTokenSigningKeyThumbprint?.toUpperCase();
  return htmlPage(
    'SAML Signing Certificate',
    html`<h1>SAML Signing Certificate of ${application.displayName}</h1>
${problem ? html`<p role="alert">${problem}</p>` : ''}
${isNew ? newCertificate() : html`<p><a class="button" href="?view=new">New Certificate</a></p>`}
${activating ? activation(activating) : ''}
${keys.map(
  key => html`<section>
<dl>
<dt>Status</dt><dd>${key.thumbprint === active ? 'Active' : 'Inactive'}</dd>
<dt>Expiration Date</dt><dd>${key.endDateTime.slice(0, 10)}</dd>
<dt>Thumbprint</dt><dd>${key.thumbprint}</dd>
</dl>
${key.thumbprint === active ? '' : html`<p><a class="button" href="?thumbprint=${key.thumbprint}">Make certificate active</a></p>`}
</section>`,
)}`,
  );
}

const newCertificate = () => html`<section>
<form method="post" action="certificates">
<label class="field">Expiration Date <input name="expires" type="date" required value="${threeYearsAfter(new Date()).toISOString().slice(0, 10)}"></label>
<button name="action" value="add">Save</button>
</form>
</section>`;

const activation = (thumbprint: string) => html`<div role="dialog" aria-labelledby="dialog-title">
<h2 id="dialog-title">Activate this certificate?</h2>
<form method="post" action="certificates">
<input type="hidden" name="thumbprint" value="${thumbprint}">
<button name="action" value="activate">Yes</button>
</form>
<p><a href="certificates">No</a></p>
</div>`;

const claimName = ({ name, namespace }: PortalClaim) =>
  name === undefined || name === nameIdentifier
    ? 'Unique User Identifier (Name ID)'
    : namespace
      ? `${namespace}/${name}`
      : name;

const claimSource = ({ source, attribute, transformation }: PortalClaim) => {
  const from = source ? `${source}.${attribute}` : `"${attribute}"`;
  return transformation ? `${transformation} (${from})` : from;
};
